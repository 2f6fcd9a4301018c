package io.moraine.storage.model;

/**
 * An operation that can never be applied, whoever sends it and however often: wrong dimension, a
 * component that is not finite, an id that is too long. The sender is told; nothing was changed.
 */
public sealed class InvalidOperationException extends RuntimeException permits NotFiniteException {

    private static final long serialVersionUID = 1L;

    public InvalidOperationException(String message) {
        super(message);
    }

    public InvalidOperationException(String message, Throwable cause) {
        super(message, cause);
    }
}
