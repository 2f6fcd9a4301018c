package io.moraine.ingest.client;

/** Ends a thread that waits while its collection is being closed; nothing was applied. */
public final class IngestStoppedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public IngestStoppedException(String message) {
        super(message);
    }
}
