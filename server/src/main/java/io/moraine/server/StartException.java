package io.moraine.server;

import org.jspecify.annotations.Nullable;

/** Why a process could not start, in a sentence for the person who started it. */
final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
