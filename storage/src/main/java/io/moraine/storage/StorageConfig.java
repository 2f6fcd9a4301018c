package io.moraine.storage;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a data directory is kept.
 *
 * @param directory where everything lives; created when absent
 * @param log when the log is forced to the device
 * @param seal when an appendable segment is sealed
 * @param ivfRowsMin sealed segments with fewer rows of a vector get no clusters, see {@link
 *     io.moraine.storage.model.IndexKind#IVF}
 * @param shards what shards keep that are opened without options of their own
 * @param mergeBytesPerSecond most bytes that merges of all shards write in a second; 0 for no limit
 */
public record StorageConfig(
        Path directory,
        LogSyncs log,
        SealWhen seal,
        int ivfRowsMin,
        ShardOptions shards,
        long mergeBytesPerSecond) {

    /**
     * When the log is forced to the device.
     *
     * @param when after what
     * @param interval longest time between two syncs with {@link WalSync#INTERVAL}
     * @param bytes most unsynced bytes with {@link WalSync#INTERVAL}
     */
    public record LogSyncs(WalSync when, Duration interval, long bytes) {}

    /**
     * What an appendable segment is sealed at, whichever comes first.
     *
     * @param bytes its columns hold so many
     * @param rows it has so many
     * @param age its oldest row is so old
     */
    public record SealWhen(long bytes, int rows, Duration age) {}

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
                new LogSyncs(WalSync.INTERVAL, Duration.ofMillis(50), 4L << 20),
                new SealWhen(256L << 20, 1 << 20, Duration.ofMinutes(10)),
                20_000,
                ShardOptions.DEFAULT,
                0);
    }

    /** The same with a log that is forced otherwise. */
    public StorageConfig withWalSync(WalSync sync) {
        return with(new LogSyncs(sync, log.interval, log.bytes));
    }

    /** The same with other bounds for {@link WalSync#INTERVAL}. */
    public StorageConfig withWalSyncEvery(Duration interval, long bytes) {
        return with(new LogSyncs(log.when, interval, bytes));
    }

    /** The same with segments of another size. */
    public StorageConfig withSegments(long bytes, int rows) {
        return with(new SealWhen(bytes, rows, seal.age));
    }

    /** The same with segments sealed at another age. */
    public StorageConfig withSealInterval(Duration age) {
        return with(new SealWhen(seal.bytes, seal.rows, age));
    }

    /** The same with clusters from another number of rows on. */
    public StorageConfig withIvfRowsMin(int rows) {
        return new StorageConfig(directory, log, seal, rows, shards, mergeBytesPerSecond);
    }

    /** The same with other options for shards. */
    public StorageConfig with(ShardOptions other) {
        return new StorageConfig(directory, log, seal, ivfRowsMin, other, mergeBytesPerSecond);
    }

    /** The same with merges that write at most so many bytes a second; 0 for no limit. */
    public StorageConfig withMergePace(long bytesPerSecond) {
        return new StorageConfig(directory, log, seal, ivfRowsMin, shards, bytesPerSecond);
    }

    private StorageConfig with(LogSyncs other) {
        return new StorageConfig(directory, other, seal, ivfRowsMin, shards, mergeBytesPerSecond);
    }

    private StorageConfig with(SealWhen other) {
        return new StorageConfig(directory, log, other, ivfRowsMin, shards, mergeBytesPerSecond);
    }
}
