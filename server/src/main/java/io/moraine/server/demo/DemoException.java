package io.moraine.server.demo;

/** Why the demo could not be shown, in a sentence. */
public final class DemoException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DemoException(String message) {
        super(message);
    }
}
