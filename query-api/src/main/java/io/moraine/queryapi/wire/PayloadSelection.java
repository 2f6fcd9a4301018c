package io.moraine.queryapi.wire;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonLimits;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.PayloadPath;
import java.util.List;

/** Which part of a payload an answer shows: {@code with_payload}. */
public sealed interface PayloadSelection {

    /** Nothing. */
    static PayloadSelection none() {
        return new All(false);
    }

    /** The whole payload, byte for byte. */
    static PayloadSelection all() {
        return new All(true);
    }

    /** Most paths in one selection. */
    int PATHS_MAX = 256;

    /** Whether the payload has to be read at all. */
    default boolean needsPayload() {
        return !equals(none());
    }

    /**
     * Writes the selected part as a value.
     *
     * @param payload a JSON object, or empty for none
     */
    void write(byte[] payload, JsonWriter out);

    /**
     * Reads {@code true}, {@code false}, a list of paths, or {@code include} and {@code exclude}.
     */
    static PayloadSelection read(JsonReader json) {
        JsonKind kind = json.peek();
        return switch (kind) {
            case BOOLEAN -> new All(json.bool());
            case ARRAY -> new Include(paths(json, "with_payload"));
            case OBJECT -> ofObject(json);
            case STRING, NUMBER, NULL ->
                    throw RequestJson.wrongType(
                            "with_payload", "true, false, a list of keys or an object", kind);
        };
    }

    private static PayloadSelection ofObject(JsonReader json) {
        PayloadSelection[] found = new PayloadSelection[1];
        RequestJson.fields(
                json,
                (name, reader) -> {
                    if (found[0] != null) {
                        throw ApiException.badRequest(
                                "'with_payload' takes either 'include' or 'exclude'");
                    }
                    found[0] =
                            switch (name) {
                                case "include" -> new Include(paths(reader, "with_payload"));
                                case "exclude" -> new Exclude(paths(reader, "with_payload"));
                                default ->
                                        throw RequestJson.unknown(
                                                name, "'with_payload'", "include, exclude");
                            };
                });
        if (found[0] == null) {
            throw ApiException.badRequest("'with_payload' takes either 'include' or 'exclude'");
        }
        return found[0];
    }

    /** Reads the next value, a list of paths. */
    static List<PayloadPath> paths(JsonReader json, String field) {
        return RequestJson.list(
                json, "paths in '" + field + "'", PATHS_MAX, reader -> path(reader.string()));
    }

    /**
     * Reads a path.
     *
     * @throws ApiException if it is none
     */
    static PayloadPath path(String text) {
        return FilterJson.path(text);
    }

    /** Reads a payload that was held to limits when it came in. */
    static JsonReader reader(byte[] payload) {
        JsonLimits trusted =
                new JsonLimits(
                        1024,
                        Integer.MAX_VALUE,
                        Integer.MAX_VALUE,
                        Integer.MAX_VALUE,
                        Integer.MAX_VALUE);
        return new JsonReader(payload, 0, payload.length, trusted);
    }

    /**
     * Everything or nothing.
     *
     * @param shown which of the two
     */
    record All(boolean shown) implements PayloadSelection {
        @Override
        public void write(byte[] payload, JsonWriter out) {
            if (!shown || payload.length == 0) {
                out.beginObject().endObject();
            } else {
                out.raw(payload, 0, payload.length);
            }
        }
    }

    /**
     * What the paths name, with what leads there.
     *
     * @param paths shown values
     */
    record Include(List<PayloadPath> paths) implements PayloadSelection {
        @Override
        public void write(byte[] payload, JsonWriter out) {
            if (payload.length == 0) {
                out.beginObject().endObject();
            } else {
                new PayloadProjection(payload, out, true).write(reader(payload), paths);
            }
        }
    }

    /**
     * Everything but what the paths name.
     *
     * @param paths hidden values
     */
    record Exclude(List<PayloadPath> paths) implements PayloadSelection {
        @Override
        public void write(byte[] payload, JsonWriter out) {
            if (payload.length == 0) {
                out.beginObject().endObject();
            } else {
                new PayloadProjection(payload, out, false).write(reader(payload), paths);
            }
        }
    }
}
