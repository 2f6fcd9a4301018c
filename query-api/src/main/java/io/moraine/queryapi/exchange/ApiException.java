package io.moraine.queryapi.exchange;

/** Ends a request with an error whose message is shown to the client. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public ApiException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    public ApiException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** A field is missing, has the wrong type or a value outside its bounds. */
    public static ApiException badRequest(String message) {
        return new ApiException(ErrorCode.BAD_REQUEST, message);
    }

    /** The request is sound, but asks for something this server does not have. */
    public static ApiException notSupported(String message) {
        return new ApiException(ErrorCode.NOT_SUPPORTED, message);
    }

    /** A number in the request exceeds a limit of this server. */
    public static ApiException limit(String what, long limit, long asked) {
        return new ApiException(
                ErrorCode.LIMIT_EXCEEDED,
                "%s is limited to %d on this server, got %d".formatted(what, limit, asked));
    }

    /** What kind of error it is. */
    public ErrorCode code() {
        return code;
    }
}
