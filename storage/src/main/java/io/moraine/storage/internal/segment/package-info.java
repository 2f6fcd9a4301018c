/**
 * What does a segment hold about each of its rows, in memory and on disk, and which rows does a
 * reader at one offset see?
 *
 * <p>A row is one state of one point, alive between two sequence numbers. An {@link
 * io.moraine.storage.internal.segment.AppendableSegment} takes rows from one writer while readers
 * look; a {@link io.moraine.storage.internal.segment.SealedSegment} is a set of write-once files.
 * Both answer the same questions through {@link io.moraine.storage.internal.segment.Segment}; a
 * {@link io.moraine.storage.internal.segment.SegmentView} answers them at one offset.
 */
@NullMarked
package io.moraine.storage.internal.segment;

import org.jspecify.annotations.NullMarked;
