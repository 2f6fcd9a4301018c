package io.moraine.queryapi.exchange;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A request whose route, caller and body were found sound. */
public final class ApiRequest {

    private final Map<String, String> pathValues;
    private final Query query;
    private final Function<String, Optional<String>> headers;
    private final byte[] body;
    private final Deadline deadline;

    /**
     * Holds a request.
     *
     * @param pathValues values of the variable parts of the path, decoded
     * @param query parameters behind the question mark
     * @param headers finds a header's value by lower-case name
     * @param body the whole body, empty when there is none; not copied
     * @param deadline when the answer is due
     */
    public ApiRequest(
            Map<String, String> pathValues,
            Query query,
            Function<String, Optional<String>> headers,
            byte[] body,
            Deadline deadline) {
        this.pathValues = Map.copyOf(pathValues);
        this.query = query;
        this.headers = headers;
        this.body = body;
        this.deadline = deadline;
    }

    /** The value of a variable part of the path. */
    public String pathValue(String name) {
        String value = pathValues.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no part named " + name);
        }
        return value;
    }

    /** The parameters behind the question mark. */
    public Query query() {
        return query;
    }

    /** A header's value, by lower-case name. */
    public Optional<String> header(String name) {
        return headers.apply(name);
    }

    /** The whole body, not a copy; empty when there is none. */
    public byte[] body() {
        return body;
    }

    /** When the answer is due. */
    public Deadline deadline() {
        return deadline;
    }
}
