package io.moraine.storage.internal.file;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * So many bytes a second for all who share it: who writes more waits until the time of what was
 * written has passed. Time that nobody used is not saved up beyond a tenth of a second. Safe for
 * use by several threads.
 */
public final class WritePace {

    /** Nobody waits. */
    public static final WritePace UNLIMITED = new WritePace(0, System::nanoTime, nanos -> {});

    private static final long SAVED_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PIECE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final long bytesPerSecond;
    private final LongSupplier nanoTime;
    private final LongConsumer sleep;
    private long freeAtNanos;

    /**
     * @param bytesPerSecond 0 for no limit
     * @param nanoTime a clock as {@link System#nanoTime}
     * @param sleep waits about so many nanoseconds
     */
    public WritePace(long bytesPerSecond, LongSupplier nanoTime, LongConsumer sleep) {
        this.bytesPerSecond = bytesPerSecond;
        this.nanoTime = nanoTime;
        this.sleep = sleep;
        this.freeAtNanos = nanoTime.getAsLong();
    }

    /**
     * Counts bytes that were written, and waits until there may be more.
     *
     * @param givenUp asked every few milliseconds; true ends the wait
     */
    public void wrote(long bytes, BooleanSupplier givenUp) {
        if (bytesPerSecond == 0) {
            return;
        }
        long until = reserve(bytes);
        for (long left = until - nanoTime.getAsLong();
                left > 0 && !givenUp.getAsBoolean();
                left = until - nanoTime.getAsLong()) {
            sleep.accept(Math.min(left, PIECE_NANOS));
        }
    }

    private synchronized long reserve(long bytes) {
        long now = nanoTime.getAsLong();
        long from = Math.max(freeAtNanos, now - SAVED_NANOS_MAX);
        freeAtNanos = from + (long) (bytes * (double) TimeUnit.SECONDS.toNanos(1) / bytesPerSecond);
        return freeAtNanos;
    }
}
