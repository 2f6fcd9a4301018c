package io.moraine.queryapi.exchange;

import java.util.Locale;

/**
 * What can go wrong with a request. The lower-case name is part of the API: programs match it, so
 * it never changes.
 */
public enum ErrorCode {
    /** A field is missing, has the wrong type or a value outside its bounds. */
    BAD_REQUEST(400),
    /** The body is not the JSON it should be. */
    INVALID_JSON(400),
    /** A vector has the wrong dimension or a component that is not a finite float. */
    INVALID_VECTOR(400),
    /** A number in the request exceeds a limit of this server. */
    LIMIT_EXCEEDED(400),
    /** The topic cannot feed the collection. */
    SOURCE_REJECTED(400),
    /** No key, or one nobody knows. */
    UNAUTHORIZED(401),
    /** The key does not allow this. */
    FORBIDDEN(403),
    /** No such path. */
    NOT_FOUND(404),
    /** No such collection. */
    COLLECTION_NOT_FOUND(404),
    /** No such point. */
    POINT_NOT_FOUND(404),
    /** The path exists, with other methods. */
    METHOD_NOT_ALLOWED(405),
    /** The offsets asked for were not applied in time. */
    NOT_CAUGHT_UP(408),
    /** The body did not arrive in time, or the answer could not be found in time. */
    TIMEOUT(408),
    /** There is a collection of this name. */
    COLLECTION_EXISTS(409),
    /** The earlier state asked for is not kept any more. */
    OUTSIDE_HISTORY(410),
    /** The body, or a record it would become, is too large. */
    TOO_LARGE(413),
    /** The address is too long. */
    URI_TOO_LONG(414),
    /** The body is compressed or not JSON. */
    UNSUPPORTED_MEDIA_TYPE(415),
    /** The Host header names none of the hosts this server answers for. */
    WRONG_HOST(421),
    /** Too many requests at once. */
    OVERLOADED(429),
    /** The headers are too large. */
    HEADERS_TOO_LARGE(431),
    /** A fault of this server. */
    INTERNAL(500),
    /** The request is sound, but asks for something this server does not have. */
    NOT_SUPPORTED(501),
    /** Kafka or the disk cannot be used right now. */
    UNAVAILABLE(503);

    private final int status;

    ErrorCode(int status) {
        this.status = status;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The stable code shown to clients. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
