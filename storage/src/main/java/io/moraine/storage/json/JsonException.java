package io.moraine.storage.json;

/**
 * The bytes are not the JSON that was expected. The message says what, and at which byte. Has no
 * stack trace: a stream of bad texts must not cost more than one of good ones.
 */
public final class JsonException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int position;

    public JsonException(String message, int position) {
        super(message + " at byte " + position, null, false, false);
        this.position = position;
    }

    /** Index of the offending byte. */
    public int position() {
        return position;
    }
}
