/**
 * How do other modules open a data directory, feed a shard, and read from it?
 *
 * <p>The façade: {@link io.moraine.storage.VectorStore} owns a data directory, {@link
 * io.moraine.storage.Shard} is one partition's materialization, {@link
 * io.moraine.storage.ShardSnapshot} is a read view of it at one offset. Values live in {@link
 * io.moraine.storage.model}; everything under {@code internal} is out of bounds for other modules.
 */
@NullMarked
package io.moraine.storage;

import org.jspecify.annotations.NullMarked;
