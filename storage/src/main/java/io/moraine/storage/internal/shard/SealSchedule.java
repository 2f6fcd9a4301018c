package io.moraine.storage.internal.shard;

/**
 * When the appendable segment of a shard is sealed: by size, by number of rows, by age, and again
 * after a failure with growing pauses.
 *
 * <p>Threads: {@link #noteOperation} and {@link #isFull} by the writer; the rest by any.
 */
final class SealSchedule {

    private static final long RETRY_MS_MIN = 1_000;
    private static final long RETRY_MS_MAX = 60_000;

    private final ShardConfig config;
    private volatile long oldestMs;
    private volatile long retryAtMs;
    private volatile long retryPauseMs;

    SealSchedule(ShardConfig config) {
        this.config = config;
    }

    /** Whether an operation that comes now would be the first since the last freeze. */
    boolean isEmpty() {
        return oldestMs == 0;
    }

    /** An operation was taken. */
    void noteOperation(long nowMs) {
        oldestMs = nowMs;
    }

    /** Everything taken so far is on its way to disk. */
    void noteFrozen() {
        oldestMs = 0;
    }

    boolean isFull(long bytes, int rows) {
        return bytes >= config.sealBytes() || rows >= config.sealRows();
    }

    /** Whether it is time to seal although nothing is full, or to try again. */
    boolean isDue(long nowMs) {
        long retry = retryAtMs;
        if (retry != 0) {
            return nowMs >= retry;
        }
        long oldest = oldestMs;
        return oldest != 0 && nowMs - oldest >= config.sealIntervalMs();
    }

    /** Whether a failed seal waits for its next attempt. */
    boolean isPaused() {
        return retryAtMs != 0;
    }

    synchronized void noteFailure(long nowMs) {
        retryPauseMs = Math.clamp(2 * retryPauseMs, RETRY_MS_MIN, RETRY_MS_MAX);
        retryAtMs = nowMs + retryPauseMs;
    }

    synchronized void noteSuccess() {
        retryPauseMs = 0;
        retryAtMs = 0;
    }
}
