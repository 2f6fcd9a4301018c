package io.moraine.devbroker;

/** The embedded broker cannot start. The message names the directory, the port and the cause. */
public final class DevBrokerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DevBrokerException(String message, Throwable cause) {
        super(message, cause);
    }
}
