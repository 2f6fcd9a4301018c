/**
 * How does one partition's log become a searchable, durable set of segments, and what does a reader
 * at one offset see of it?
 *
 * <p>{@link io.moraine.storage.internal.shard.LiveShard} takes operations: log, apply, publish. The
 * {@link io.moraine.storage.internal.shard.Checkpointer} turns full appendable segments into sealed
 * ones behind it, the {@link io.moraine.storage.internal.shard.Merger} joins sealed ones, and
 * {@link io.moraine.storage.internal.shard.ShardRecovery} finds the way back after a restart.
 */
@NullMarked
package io.moraine.storage.internal.shard;

import org.jspecify.annotations.NullMarked;
