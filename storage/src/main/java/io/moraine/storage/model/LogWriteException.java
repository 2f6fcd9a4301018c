package io.moraine.storage.model;

/** Why a change did not reach its collection's log. */
public final class LogWriteException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What kind of failure it is. */
    public enum Reason {
        /** Kafka cannot be reached, or did not answer in time. */
        UNAVAILABLE,
        /** The producer's memory is full. */
        OVERLOADED,
        /** The record is larger than the topic allows. */
        TOO_LARGE,
        /** Kafka does not allow this node to write there. */
        NOT_ALLOWED,
        /** Anything else. */
        FAILED
    }

    private final Reason reason;

    /** Says why. */
    public LogWriteException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What kind of failure it is. */
    public Reason reason() {
        return reason;
    }
}
