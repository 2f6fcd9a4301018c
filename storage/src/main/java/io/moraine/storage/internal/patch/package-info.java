/**
 * What does a point become when an operation changes only a part of it?
 *
 * <p>{@link io.moraine.storage.internal.patch.PointPatch} composes the whole new point from its
 * present row and the operation; {@link io.moraine.storage.internal.patch.PayloadEdit} changes the
 * payload's bytes and copies what stays byte for byte. Live operations and replay both come here,
 * so both come to the same row.
 */
@NullMarked
package io.moraine.storage.internal.patch;

import org.jspecify.annotations.NullMarked;
