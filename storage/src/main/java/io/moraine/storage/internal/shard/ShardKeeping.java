package io.moraine.storage.internal.shard;

import io.moraine.storage.model.PayloadCompression;

/**
 * What a shard keeps, and how it is read.
 *
 * @param historyRetentionMs how long replaced states can be read; 0 for not at all
 * @param tombstoneRetentionMs how long versioned deletes are remembered; 0 for ever
 * @param warmup what is read into memory before the shard is open
 * @param scrubIntervalMs every body is read and checked this often; 0 for never
 * @param uncleanStartsMax after so many starts in a row that ended before all bytes were checked, a
 *     shard is not opened; 0 for never
 * @param payloads how payloads are written from now on
 * @param memory what the shards of the collection may take
 */
public record ShardKeeping(
        long historyRetentionMs,
        long tombstoneRetentionMs,
        Warmup warmup,
        long scrubIntervalMs,
        int uncleanStartsMax,
        PayloadCompression payloads,
        MemoryBudget memory) {

    /** What is read into memory before a shard is open. */
    public enum Warmup {
        OFF,
        CODES,
        ALL
    }

    /** No history, tombstones for ever, no warm-up, no scrub, no limit. */
    public static ShardKeeping plain() {
        return new ShardKeeping(
                0, 0, Warmup.OFF, 0, 0, PayloadCompression.NONE, new MemoryBudget(0));
    }

    /** The same with payloads written in another way. */
    public ShardKeeping with(PayloadCompression other) {
        return new ShardKeeping(
                historyRetentionMs,
                tombstoneRetentionMs,
                warmup,
                scrubIntervalMs,
                uncleanStartsMax,
                other,
                memory);
    }
}
