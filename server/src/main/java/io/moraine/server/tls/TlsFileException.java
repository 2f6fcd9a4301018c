package io.moraine.server.tls;

/** A file of certificates or of a key is not what it has to be; the message says which and why. */
public final class TlsFileException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TlsFileException(String message) {
        super(message);
    }

    TlsFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
