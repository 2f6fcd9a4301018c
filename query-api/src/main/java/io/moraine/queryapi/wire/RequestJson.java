package io.moraine.queryapi.wire;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.storage.json.JsonException;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonLimits;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.json.Utf8;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Opens request bodies and reads the plain kinds of fields, with messages that help. */
public final class RequestJson {

    private RequestJson() {}

    /**
     * Reads a body as one JSON object.
     *
     * @param field is called with each field's name and reads its value; fields that are null are
     *     taken for absent and not shown
     * @throws ApiException if the body is not a sound JSON object
     */
    public static void readObject(byte[] body, JsonLimits limits, FieldReader field) {
        read(
                body,
                limits,
                json -> {
                    fields(json, field);
                    return body;
                });
    }

    /**
     * Reads a body as one JSON value.
     *
     * @param value reads exactly that value
     * @throws ApiException if the body is not sound JSON
     */
    public static <T> T read(byte[] body, JsonLimits limits, Function<JsonReader, T> value) {
        int fault = Utf8.firstFault(body, 0, body.length);
        if (fault >= 0) {
            throw new ApiException(
                    ErrorCode.INVALID_JSON, "the body is not UTF-8 at byte " + fault);
        }
        if (body.length == 0) {
            throw new ApiException(
                    ErrorCode.INVALID_JSON, "the body is empty; a JSON object is expected");
        }
        try {
            JsonReader json = new JsonReader(body, 0, body.length, limits);
            T found = value.apply(json);
            json.end();
            return found;
        } catch (JsonException invalid) {
            throw new ApiException(ErrorCode.INVALID_JSON, "invalid JSON: " + invalid.getMessage());
        }
    }

    /** Reads the next value as an object; null fields are taken for absent. */
    public static void fields(JsonReader json, FieldReader field) {
        json.beginObject();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            if (!json.nullIfNext()) {
                read(name, json, field);
            }
        }
    }

    /** What is wrong inside of a field is told with its name. */
    private static void read(String name, JsonReader json, FieldReader field) {
        try {
            field.read(name, json);
        } catch (JsonException invalid) {
            throw new ApiException(
                    ErrorCode.INVALID_JSON,
                    "invalid JSON in '%s': %s".formatted(name, invalid.getMessage()));
        }
    }

    /**
     * Sees to it that a request without parameters is not given any: who sends some expects them to
     * matter.
     */
    public static void nothing(byte[] body, JsonLimits limits, String what) {
        if (body.length > 0) {
            readObject(
                    body,
                    limits,
                    (field, _) -> {
                        throw unknown(field, what, "none");
                    });
        }
    }

    /** Reads the next value as an array, handing over the reader before each element. */
    public static void elements(JsonReader json, Consumer<JsonReader> element) {
        json.beginArray();
        while (json.nextElement()) {
            element.accept(json);
        }
    }

    /** Reads the next value as an array of at most so many values. */
    public static <T> List<T> list(
            JsonReader json, String what, int limit, Function<JsonReader, T> element) {
        List<T> values = new ArrayList<>();
        elements(
                json,
                reader -> {
                    if (values.size() == limit) {
                        throw ApiException.limit(what, limit, values.size() + 1L);
                    }
                    values.add(element.apply(reader));
                });
        return values;
    }

    /** Reads the next value as an integer between 0 and 2^31 - 1. */
    public static int count(JsonReader json, String field) {
        String text = json.number();
        try {
            int value = Integer.parseInt(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException outside) {
            // Falls through to the one message.
        }
        throw ApiException.badRequest(
                "'%s' must be an integer from 0 to 2147483647, got %s".formatted(field, text));
    }

    /** Reads the next value as a finite float. */
    public static float finite(JsonReader json, String field) {
        float value = json.floatNumber();
        if (!Float.isFinite(value)) {
            throw ApiException.badRequest("'" + field + "' does not fit a 32-bit float");
        }
        return value;
    }

    /** The error for a field that nothing here knows. */
    public static ApiException unknown(String field, String where, String known) {
        return ApiException.badRequest(
                "unknown field '%s' in %s; known are: %s".formatted(field, where, known));
    }

    /** The error for a value of the wrong type. */
    public static ApiException wrongType(String field, String expected, JsonKind found) {
        return ApiException.badRequest(
                "'%s' must be %s, got %s".formatted(field, expected, found.words()));
    }

    /** Reads the value of one field. */
    @FunctionalInterface
    public interface FieldReader {

        /** Reads exactly one value. */
        void read(String name, JsonReader json);
    }
}
