package io.moraine.queryapi.exchange;

import java.util.Map;

/** An answer, ready to be sent. */
public final class ApiResponse {

    /** Content type of JSON answers. */
    public static final String JSON = "application/json";

    private final int status;
    private final String contentType;
    private final byte[] body;
    private final int length;
    private final Map<String, String> headers;

    /**
     * Holds an answer.
     *
     * @param status the HTTP status
     * @param contentType what the body is
     * @param body array that starts with the body; not copied
     * @param length bytes of the body
     * @param headers further headers, by lower-case name
     */
    public ApiResponse(
            int status, String contentType, byte[] body, int length, Map<String, String> headers) {
        this.status = status;
        this.contentType = contentType;
        this.body = body;
        this.length = length;
        this.headers = Map.copyOf(headers);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** What the body is. */
    public String contentType() {
        return contentType;
    }

    /** The array that starts with the body, not a copy. */
    public byte[] body() {
        return body;
    }

    /** Bytes of the body. */
    public int length() {
        return length;
    }

    /** Further headers, by lower-case name. */
    public Map<String, String> headers() {
        return headers;
    }
}
