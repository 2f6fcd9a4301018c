package io.moraine.storage.internal.wal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The log cannot take or force operations now. Nothing was appended by the call that threw. */
public final class WalStalledException extends IOException {

    private static final long serialVersionUID = 1L;

    private final WalState state;

    WalStalledException(WalState state, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.state = state;
    }

    /** What the log was doing: {@link WalState#OPEN} when the disk is only too slow. */
    public WalState state() {
        return state;
    }
}
