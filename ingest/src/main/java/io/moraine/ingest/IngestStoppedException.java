package io.moraine.ingest;

/** Ends a thread that waits while its collection is being closed; nothing was applied. */
final class IngestStoppedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    IngestStoppedException(String message) {
        super(message);
    }
}
