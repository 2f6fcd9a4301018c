package io.moraine.storage;

import io.moraine.storage.ShardOptions.SegmentAccess;
import io.moraine.storage.ShardOptions.Warmup;
import io.moraine.storage.model.PayloadCompression;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one collection wants to be kept otherwise than the rest of the node; null where it wants
 * nothing of its own. Every node that holds shards of it follows.
 *
 * @param historyRetention how long earlier states can be read, see {@link
 *     ShardOptions#historyRetention()}
 * @param memoryLimitBytes most off-heap memory of its shards on a node, see {@link
 *     ShardOptions#memoryLimitBytes()}
 * @param access how its sealed segments are read
 * @param warmup what is read into memory before its shards are open
 * @param walSync when its logs are forced to the device
 * @param payloadCompression how the payloads of its segments are written
 */
public record CollectionStorage(
        @Nullable Duration historyRetention,
        @Nullable Long memoryLimitBytes,
        @Nullable SegmentAccess access,
        @Nullable Warmup warmup,
        @Nullable WalSync walSync,
        @Nullable PayloadCompression payloadCompression) {

    /** Nothing of its own. */
    public static final CollectionStorage NONE =
            new CollectionStorage(null, null, null, null, null, null);

    /** Lowest memory limit that leaves a shard room to work, in bytes. */
    public static final long MEMORY_LIMIT_BYTES_MIN = 64L << 20;

    /** Longest history. */
    public static final Duration HISTORY_MAX = Duration.ofDays(365);

    public CollectionStorage {
        if (historyRetention != null
                && (historyRetention.isNegative() || historyRetention.compareTo(HISTORY_MAX) > 0)) {
            throw new IllegalArgumentException(
                    "history must be between 0 and %d seconds, got %d"
                            .formatted(HISTORY_MAX.toSeconds(), historyRetention.toSeconds()));
        }
        if (memoryLimitBytes != null
                && memoryLimitBytes != 0
                && memoryLimitBytes < MEMORY_LIMIT_BYTES_MIN) {
            throw new IllegalArgumentException(
                    "memory limit must be 0 for none, or at least %d bytes, got %d"
                            .formatted(MEMORY_LIMIT_BYTES_MIN, memoryLimitBytes));
        }
    }

    /** Whether nothing is wanted. */
    public boolean isNone() {
        return equals(NONE);
    }

    /** The node's options with these in their place. */
    ShardOptions over(ShardOptions node) {
        return new ShardOptions(
                historyRetention == null ? node.historyRetention() : historyRetention,
                node.tombstoneRetention(),
                access == null ? node.access() : access,
                memoryLimitBytes == null ? node.memoryLimitBytes() : memoryLimitBytes,
                warmup == null ? node.warmup() : warmup,
                node.scrubInterval(),
                node.uncleanStartsMax(),
                payloadCompression == null ? node.payloadCompression() : payloadCompression);
    }
}
