package io.moraine.storage.model;

/** A component of a vector is NaN or infinite. */
public final class NotFiniteException extends InvalidOperationException {

    private static final long serialVersionUID = 1L;

    public NotFiniteException(String message) {
        super(message);
    }
}
