package io.moraine.storage.internal.wal;

import java.time.Duration;

/**
 * How a shard's log is kept.
 *
 * @param sync when it is forced to the device
 * @param syncIntervalMs longest time between two syncs with {@link Sync#INTERVAL}
 * @param syncBytes most unsynced bytes with {@link Sync#INTERVAL}
 * @param fileBytes a new file is begun when the next frame would make one longer than this
 * @param reserveBytes disk space is reserved in steps of this many bytes
 * @param ringBytes memory between the shard's writer and the log's thread; a power of two
 * @param appendTimeoutMs longest time an append waits for room in that memory
 * @param retryMinMs pause after the first failed write; doubled by each further one
 * @param retryMaxMs longest pause after a failed write
 */
public record WalConfig(
        Sync sync,
        long syncIntervalMs,
        long syncBytes,
        long fileBytes,
        long reserveBytes,
        int ringBytes,
        long appendTimeoutMs,
        long retryMinMs,
        long retryMaxMs) {

    /** When the log is forced to the device. */
    public enum Sync {
        /** After every group of writes. */
        BATCH,
        /** After a time or a number of bytes, whichever comes first. */
        INTERVAL,
        /** Only when asked. */
        OS
    }

    public WalConfig {
        if (Integer.bitCount(ringBytes) != 1 || ringBytes < 1 << 12) {
            throw new IllegalArgumentException(
                    "ringBytes must be a power of two of at least 4096: " + ringBytes);
        }
        if (fileBytes < WalFormatV1.FRAMES_AT) {
            throw new IllegalArgumentException("fileBytes too small: " + fileBytes);
        }
    }

    /** The usual sizes with a policy of syncing. */
    public static WalConfig of(Sync sync, Duration syncInterval, long syncBytes) {
        return new WalConfig(
                sync,
                syncInterval.toMillis(),
                syncBytes,
                64L << 20,
                16L << 20,
                8 << 20,
                5_000,
                10,
                1_000);
    }

    /** The same, forced at other times. */
    public WalConfig with(Sync other) {
        return new WalConfig(
                other,
                syncIntervalMs,
                syncBytes,
                fileBytes,
                reserveBytes,
                ringBytes,
                appendTimeoutMs,
                retryMinMs,
                retryMaxMs);
    }
}
