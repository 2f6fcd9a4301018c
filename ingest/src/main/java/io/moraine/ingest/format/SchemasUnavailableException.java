package io.moraine.ingest.format;

import org.jspecify.annotations.Nullable;

/** The registry of schemas does not answer now; whoever waits for it tries again. */
public final class SchemasUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SchemasUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
