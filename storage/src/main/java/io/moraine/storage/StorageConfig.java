package io.moraine.storage;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a data directory is kept.
 *
 * @param directory where everything lives; created when absent
 * @param walSync when the log is forced to the device
 * @param walSyncInterval longest time between two syncs with {@link WalSync#INTERVAL}
 * @param walSyncBytes most unsynced bytes with {@link WalSync#INTERVAL}
 * @param sealBytes an appendable segment is sealed when its columns hold this many bytes
 * @param sealRows or this many rows
 * @param sealInterval or when its oldest row is this old
 * @param ivfRowsMin sealed segments with fewer rows of a vector get no clusters, see {@link
 *     io.moraine.storage.model.IndexKind#IVF}
 * @param shards what shards keep that are opened without options of their own
 * @param mergeBytesPerSecond most bytes that merges of all shards write in a second; 0 for no limit
 */
public record StorageConfig(
        Path directory,
        WalSync walSync,
        Duration walSyncInterval,
        long walSyncBytes,
        long sealBytes,
        int sealRows,
        Duration sealInterval,
        int ivfRowsMin,
        ShardOptions shards,
        long mergeBytesPerSecond) {

    public StorageConfig {
        if (mergeBytesPerSecond < 0) {
            throw new IllegalArgumentException(
                    "mergeBytesPerSecond cannot be negative: " + mergeBytesPerSecond);
        }
    }

    /** The defaults, for a directory. */
    public static StorageConfig defaults(Path directory) {
        return new StorageConfig(
                directory,
                WalSync.INTERVAL,
                Duration.ofMillis(50),
                4L << 20,
                256L << 20,
                1 << 20,
                Duration.ofMinutes(10),
                50_000,
                ShardOptions.DEFAULT,
                0);
    }

    /** The same with a log that is forced otherwise. */
    public StorageConfig withWalSync(WalSync sync) {
        return new StorageConfig(
                directory,
                sync,
                walSyncInterval,
                walSyncBytes,
                sealBytes,
                sealRows,
                sealInterval,
                ivfRowsMin,
                shards,
                mergeBytesPerSecond);
    }

    /** The same with other bounds for {@link WalSync#INTERVAL}. */
    public StorageConfig withWalSyncEvery(Duration interval, long bytes) {
        return new StorageConfig(
                directory,
                walSync,
                interval,
                bytes,
                sealBytes,
                sealRows,
                sealInterval,
                ivfRowsMin,
                shards,
                mergeBytesPerSecond);
    }

    /** The same with segments of another size. */
    public StorageConfig withSegments(long bytes, int rows) {
        return new StorageConfig(
                directory,
                walSync,
                walSyncInterval,
                walSyncBytes,
                bytes,
                rows,
                sealInterval,
                ivfRowsMin,
                shards,
                mergeBytesPerSecond);
    }

    /** The same with segments sealed at another age. */
    public StorageConfig withSealInterval(Duration age) {
        return new StorageConfig(
                directory,
                walSync,
                walSyncInterval,
                walSyncBytes,
                sealBytes,
                sealRows,
                age,
                ivfRowsMin,
                shards,
                mergeBytesPerSecond);
    }

    /** The same with clusters from another number of rows on. */
    public StorageConfig withIvfRowsMin(int rows) {
        return new StorageConfig(
                directory,
                walSync,
                walSyncInterval,
                walSyncBytes,
                sealBytes,
                sealRows,
                sealInterval,
                rows,
                shards,
                mergeBytesPerSecond);
    }

    /** The same with other options for shards. */
    public StorageConfig with(ShardOptions other) {
        return new StorageConfig(
                directory,
                walSync,
                walSyncInterval,
                walSyncBytes,
                sealBytes,
                sealRows,
                sealInterval,
                ivfRowsMin,
                other,
                mergeBytesPerSecond);
    }

    /** The same with merges that write at most so many bytes a second; 0 for no limit. */
    public StorageConfig withMergePace(long bytesPerSecond) {
        return new StorageConfig(
                directory,
                walSync,
                walSyncInterval,
                walSyncBytes,
                sealBytes,
                sealRows,
                sealInterval,
                ivfRowsMin,
                shards,
                bytesPerSecond);
    }
}
