package io.moraine.queryapi.port;

/** Why a write did not reach the log. */
public final class WriteException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What kind of failure it is; decides the HTTP status. */
    public enum Reason {
        /** Kafka cannot be reached, or did not answer in time: try again later. */
        UNAVAILABLE,
        /** The producer's memory is full: try again shortly. */
        OVERLOADED,
        /** A record is larger than the topic allows. */
        TOO_LARGE,
        /** Kafka does not allow this node to write there. */
        NOT_ALLOWED,
        /** Anything else. */
        FAILED
    }

    private final Reason reason;

    public WriteException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What kind of failure it is. */
    public Reason reason() {
        return reason;
    }
}
