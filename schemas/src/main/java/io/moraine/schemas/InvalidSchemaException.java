package io.moraine.schemas;

/** A registered schema that cannot be read: whoever asks again gets the same. */
final class InvalidSchemaException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidSchemaException(String message) {
        super(message);
    }

    InvalidSchemaException(String message, Throwable cause) {
        super(message, cause);
    }
}
