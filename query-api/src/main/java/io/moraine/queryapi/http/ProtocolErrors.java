package io.moraine.queryapi.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import io.moraine.queryapi.exchange.ErrorCode;
import java.nio.charset.StandardCharsets;

/** Answers what is so broken that it never becomes a request, in the same form as other errors. */
final class ProtocolErrors {

    private ProtocolErrors() {}

    /** Handlers for every kind of event. */
    static DirectHandlers handlers() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, ProtocolErrors::answer);
        }
        return handlers.build();
    }

    private static DirectHandler.TransportResponse answer(
            DirectHandler.TransportRequest request,
            DirectHandler.EventType type,
            Status status,
            ServerResponseHeaders headers,
            String message) {
        int number = number(request, type, status);
        String body =
                "{\"status\":{\"error\":\"%s\",\"code\":\"%s\"},\"time\":0.0}"
                        .formatted(sentence(number), code(number).code());
        return DirectHandler.TransportResponse.builder()
                .status(Status.create(number))
                .headers(headers)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .keepAlive(false)
                .entity(body.getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private static int number(
            DirectHandler.TransportRequest request, DirectHandler.EventType type, Status status) {
        ClientWatch watch = ClientWatch.current();
        if (request.headers().contains(HeaderNames.CONTENT_ENCODING)) {
            return ErrorCode.UNSUPPORTED_MEDIA_TYPE.status();
        }
        int found = status.code() >= 400 ? status.code() : type.defaultStatus().code();
        // Helidon calls a request line that it cannot take apart a fault of its own.
        boolean neverARequest = watch != null && watch.inHead();
        return neverARequest && found == ErrorCode.INTERNAL.status()
                ? ErrorCode.BAD_REQUEST.status()
                : found;
    }

    private static ErrorCode code(int status) {
        return switch (status) {
            case 408 -> ErrorCode.TIMEOUT;
            case 413 -> ErrorCode.TOO_LARGE;
            case 415 -> ErrorCode.UNSUPPORTED_MEDIA_TYPE;
            case 414 -> ErrorCode.URI_TOO_LONG;
            case 431 -> ErrorCode.HEADERS_TOO_LARGE;
            case 503 -> ErrorCode.UNAVAILABLE;
            default -> status >= 500 ? ErrorCode.INTERNAL : ErrorCode.BAD_REQUEST;
        };
    }

    private static String sentence(int status) {
        return switch (status) {
            case 413 -> "the body is too large";
            case 415 -> "compressed bodies are not accepted; send it without content-encoding";
            case 414 -> "the address is too long";
            case 431 -> "the headers are too large";
            case 503 -> "too many connections";
            default ->
                    status >= 500
                            ? "a fault of this server; its log has the details"
                            : "this is not a well-formed HTTP request";
        };
    }
}
