package io.moraine.storage.internal.wal;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The state of a log and what led to it; see {@link WalState} for the transitions. {@link #state}
 * may be asked for by any thread, the rest is under the lock of the {@link Wal}.
 */
final class WalHealth {

    private final Path directory;
    private final WalConfig config;
    private volatile WalState state = WalState.OPEN;
    private String detail = "";
    private @Nullable Throwable cause;
    private long retryAtNanos;
    private long retryPauseMs;

    WalHealth(Path directory, WalConfig config) {
        this.directory = directory;
        this.config = config;
    }

    WalState state() {
        return state;
    }

    /** Whether nothing will be written or forced any more. */
    boolean isOver() {
        return state == WalState.FAILED || state == WalState.CLOSED;
    }

    String detail() {
        return detail;
    }

    /** Nanoseconds until the disk is tried again; 0 or less when it may be. */
    long pauseNanos(long nowNanos) {
        return state == WalState.STALLED ? retryAtNanos - nowNanos : 0;
    }

    /** The disk refused: pauses, twice as long as the time before. */
    void stall(String what, Throwable failed, long nowNanos) {
        if (isOver()) {
            return;
        }
        boolean first = state == WalState.OPEN;
        state = WalState.STALLED;
        detail = what + ": " + failed.getMessage() + " directory=" + directory;
        cause = failed;
        retryPauseMs =
                first
                        ? config.retryMinMs()
                        : Math.min(config.retryMaxMs(), Math.max(1, 2 * retryPauseMs));
        retryAtNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(retryPauseMs);
        if (first) {
            WalLogger.stalled(detail, failed);
        }
    }

    /** The disk took something. */
    void resume() {
        if (state == WalState.STALLED) {
            state = WalState.OPEN;
            detail = "";
            cause = null;
            WalLogger.resumed(directory);
        }
    }

    /** Everything works, but operators should know something. */
    void remark(String remark) {
        detail = remark;
    }

    /** No retry helps. */
    void fail(String what, Throwable failed) {
        if (isOver()) {
            return;
        }
        state = WalState.FAILED;
        detail = what + " for good: " + failed.getMessage() + " directory=" + directory;
        cause = failed;
        WalLogger.failed(detail, failed);
    }

    void close() {
        state = WalState.CLOSED;
        detail = "";
    }

    /** What a caller is told whose operation cannot be taken now. */
    WalStalledException refusal() {
        String message =
                switch (state) {
                    case OPEN -> "the log is open";
                    case STALLED ->
                            detail
                                    + "; it is tried again by itself, free some space or repair the"
                                    + " disk";
                    case FAILED -> detail + "; open the shard again once the disk is repaired";
                    case CLOSED -> "the log is closed: directory=" + directory;
                };
        return new WalStalledException(state, message, cause);
    }
}
