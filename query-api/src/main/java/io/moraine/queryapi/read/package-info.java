/**
 * How do many shards, each at its own offset, give one answer that says how true it is?
 *
 * <p>{@link io.moraine.queryapi.read.CollectionReader} waits for offsets and takes one snapshot of
 * every local shard; the {@link io.moraine.queryapi.read.ReadView} it returns asks all of them,
 * merges what they say, and knows the position of every partition.
 */
@NullMarked
package io.moraine.queryapi.read;

import org.jspecify.annotations.NullMarked;
