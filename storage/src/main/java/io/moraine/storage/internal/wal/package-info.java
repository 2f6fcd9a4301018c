/**
 * How does an operation survive a crash before it is in a sealed segment?
 *
 * <p>{@link io.moraine.storage.internal.wal.WalFormatV1} is the specification of a log file. {@link
 * io.moraine.storage.internal.wal.Wal} takes operations from a shard's writer into memory; {@link
 * io.moraine.storage.internal.wal.WalThreads} writes and forces them, for all shards of a store.
 * {@link io.moraine.storage.internal.wal.WalRecovery} plays them back when a shard is opened.
 *
 * <p>Kafka is the replica: a log that is damaged is used up to its last good frame, and the rest is
 * fetched from the topic again.
 */
@NullMarked
package io.moraine.storage.internal.wal;

import org.jspecify.annotations.NullMarked;
