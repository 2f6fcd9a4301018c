package io.moraine.ingest.client;

/** Why a change did not reach the log. The cause is Kafka's own. */
public final class ProduceException extends RuntimeException {

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

    public ProduceException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What kind of failure it is. */
    public Reason reason() {
        return reason;
    }
}
