package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.merge.MergePolicy;
import io.moraine.storage.internal.wal.WalConfig;

/**
 * How a shard is kept.
 *
 * @param wal how its log is kept
 * @param sealBytes the appendable segment is sealed when its rows take this many bytes
 * @param sealRows or when it has this many rows
 * @param sealIntervalMs or when its oldest operation is this old
 * @param unsealedBytesMax no operation is taken while rows that wait for a seal take this many
 *     bytes
 * @param merge which sealed segments are merged
 * @param ivfRowsMin sealed segments with fewer rows of a vector get no clusters
 * @param keeping what the shard keeps, and how it is read
 */
public record ShardConfig(
        WalConfig wal,
        long sealBytes,
        int sealRows,
        long sealIntervalMs,
        long unsealedBytesMax,
        MergePolicy merge,
        int ivfRowsMin,
        ShardKeeping keeping) {

    /** A shard that is kept {@link ShardKeeping#plain}. */
    public ShardConfig(
            WalConfig wal,
            long sealBytes,
            int sealRows,
            long sealIntervalMs,
            long unsealedBytesMax,
            MergePolicy merge,
            int ivfRowsMin) {
        this(
                wal,
                sealBytes,
                sealRows,
                sealIntervalMs,
                unsealedBytesMax,
                merge,
                ivfRowsMin,
                ShardKeeping.plain());
    }

    /** The same with a log kept in another way. */
    public ShardConfig with(WalConfig other) {
        return new ShardConfig(
                other,
                sealBytes,
                sealRows,
                sealIntervalMs,
                unsealedBytesMax,
                merge,
                ivfRowsMin,
                keeping);
    }

    /** The same, kept in another way. */
    public ShardConfig with(ShardKeeping other) {
        return new ShardConfig(
                wal,
                sealBytes,
                sealRows,
                sealIntervalMs,
                unsealedBytesMax,
                merge,
                ivfRowsMin,
                other);
    }
}
