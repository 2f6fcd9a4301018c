/**
 * Which sealed segments are worth joining, and how does one come of several?
 *
 * <p>{@link io.moraine.storage.internal.merge.MergePolicy} chooses, {@link
 * io.moraine.storage.internal.merge.SegmentMerge} writes. Neither changes what is live: the shard
 * publishes the result.
 */
@NullMarked
package io.moraine.storage.internal.merge;

import org.jspecify.annotations.NullMarked;
