package io.moraine.storage;

import io.moraine.storage.model.PayloadCompression;
import java.time.Duration;

/**
 * What a collection's shards keep, and how they are read. All of it may change from one start to
 * the next.
 *
 * @param historyRetention how long a point's earlier states can be read with {@link
 *     Shard#snapshotAt}; zero for not at all
 * @param tombstoneRetention how long the version of a deleted point is remembered, by its record's
 *     timestamp; zero for ever. Only deletes with external versions leave anything to remember; an
 *     update that is older than its point's delete and comes later than this would bring it back
 * @param access how sealed segments are read
 * @param memoryLimitBytes most off-heap memory that the shards of a collection take together; no
 *     operation is taken beyond. Zero for no limit
 * @param warmup what is read into memory before a shard is open
 * @param scrubInterval every byte of the sealed segments is read and checked this often; zero for
 *     never. After an unclean start it is done at once
 * @param uncleanStartsMax a shard whose process ended so many times in a row, each time before all
 *     bytes were checked and soon after the start before, is left untouched for a while; zero for
 *     never
 * @param payloadCompression how the payloads of segments are written from now on
 */
public record ShardOptions(
        Duration historyRetention,
        Duration tombstoneRetention,
        SegmentAccess access,
        long memoryLimitBytes,
        Warmup warmup,
        Duration scrubInterval,
        int uncleanStartsMax,
        PayloadCompression payloadCompression) {

    /** How many unclean starts in a row are one too many, usually. */
    public static final int UNCLEAN_STARTS_MAX = 4;

    /** How sealed segments are read; the answers are the same. */
    public enum SegmentAccess {
        /**
         * Through read-only mappings: only what is read takes memory, and the system may drop it.
         */
        MMAP,
        /**
         * From a copy in off-heap memory: a media error shows when a segment is opened, not later.
         */
        MEMORY
    }

    /** What is read into memory before a shard is open. */
    public enum Warmup {
        /** Nothing. */
        OFF,
        /** Codes, clusters and id tables. */
        CODES,
        /** Everything. */
        ALL
    }

    /** The usual options. */
    public static final ShardOptions DEFAULT =
            new ShardOptions(
                    Duration.ZERO,
                    Duration.ZERO,
                    SegmentAccess.MMAP,
                    0,
                    Warmup.CODES,
                    Duration.ofDays(7),
                    UNCLEAN_STARTS_MAX,
                    PayloadCompression.NONE);

    public ShardOptions {
        if (historyRetention.isNegative()
                || tombstoneRetention.isNegative()
                || scrubInterval.isNegative()
                || memoryLimitBytes < 0
                || uncleanStartsMax < 0) {
            throw new IllegalArgumentException(
                    "shard options cannot be negative: historyRetention=%s tombstoneRetention=%s scrubInterval=%s memoryLimitBytes=%d"
                            .formatted(
                                    historyRetention,
                                    tombstoneRetention,
                                    scrubInterval,
                                    memoryLimitBytes));
        }
    }

    /** The same with another history. */
    public ShardOptions withHistory(Duration retention) {
        return new ShardOptions(
                retention,
                tombstoneRetention,
                access,
                memoryLimitBytes,
                warmup,
                scrubInterval,
                uncleanStartsMax,
                payloadCompression);
    }

    /** The same that remembers deletes for another time. */
    public ShardOptions withTombstones(Duration retention) {
        return new ShardOptions(
                historyRetention,
                retention,
                access,
                memoryLimitBytes,
                warmup,
                scrubInterval,
                uncleanStartsMax,
                payloadCompression);
    }

    /** The same with another access. */
    public ShardOptions withAccess(SegmentAccess other) {
        return new ShardOptions(
                historyRetention,
                tombstoneRetention,
                other,
                memoryLimitBytes,
                warmup,
                scrubInterval,
                uncleanStartsMax,
                payloadCompression);
    }

    /** The same with another limit. */
    public ShardOptions withMemoryLimit(long bytes) {
        return new ShardOptions(
                historyRetention,
                tombstoneRetention,
                access,
                bytes,
                warmup,
                scrubInterval,
                uncleanStartsMax,
                payloadCompression);
    }

    /** The same with another warm-up. */
    public ShardOptions withWarmup(Warmup other) {
        return new ShardOptions(
                historyRetention,
                tombstoneRetention,
                access,
                memoryLimitBytes,
                other,
                scrubInterval,
                uncleanStartsMax,
                payloadCompression);
    }

    /** The same that checks every byte at another interval; zero for never. */
    public ShardOptions withScrubs(Duration interval) {
        return new ShardOptions(
                historyRetention,
                tombstoneRetention,
                access,
                memoryLimitBytes,
                warmup,
                interval,
                uncleanStartsMax,
                payloadCompression);
    }

    /** The same that leaves a shard alone after another number of unclean starts; 0 for never. */
    public ShardOptions withUncleanStartsMax(int starts) {
        return new ShardOptions(
                historyRetention,
                tombstoneRetention,
                access,
                memoryLimitBytes,
                warmup,
                scrubInterval,
                starts,
                payloadCompression);
    }

    /** The same with payloads written in another way. */
    public ShardOptions withPayloads(PayloadCompression compression) {
        return new ShardOptions(
                historyRetention,
                tombstoneRetention,
                access,
                memoryLimitBytes,
                warmup,
                scrubInterval,
                uncleanStartsMax,
                compression);
    }
}
