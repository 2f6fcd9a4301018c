package io.moraine.queryapi.exchange;

/** The HTTP methods that routes use. */
public enum Method {
    GET,
    PUT,
    POST,
    PATCH,
    DELETE
}
