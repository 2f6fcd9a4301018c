package io.moraine.ingest.record;

/**
 * A fault in a record's content, on its way to becoming a {@link Rejection}. Has no stack trace: a
 * topic full of bad records must not cost more than one of good ones.
 */
public final class DecodeFault extends Exception {

    private static final long serialVersionUID = 1L;

    private final RejectionReason reason;

    public DecodeFault(RejectionReason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public Rejection toRejection() {
        return new Rejection(reason, String.valueOf(getMessage()));
    }
}
