package io.moraine.storage.json;

/** The bytes are not the JSON that was expected. The message says what, and at which byte. */
public final class JsonException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int position;

    public JsonException(String message, int position) {
        super(message + " at byte " + position);
        this.position = position;
    }

    /** Index of the offending byte. */
    public int position() {
        return position;
    }
}
