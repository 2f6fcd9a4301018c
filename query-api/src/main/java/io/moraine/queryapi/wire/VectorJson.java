package io.moraine.queryapi.wire;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.VectorSchema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * Dense vectors in JSON: an array of numbers, or the components as little-endian 32-bit floats in
 * base64, which is shorter and faster to read.
 */
public final class VectorJson {

    /** Fields of sparse vectors, and of objects that a model is to make a vector of. */
    public static final Set<String> NOT_DENSE =
            Set.of("indices", "values", "text", "image", "object", "model", "options");

    private VectorJson() {}

    /** The error for a vector that is neither an array nor text. */
    public static ApiException notDense() {
        return ApiException.notSupported(
                "sparse vectors and inference objects are not supported; give the components as an"
                        + " array of numbers or as base64 of little-endian 32-bit floats");
    }

    /**
     * Reads the next value as a vector.
     *
     * @throws ApiException if it is none, has another dimension, or a component is not finite
     */
    public static float[] read(JsonReader json, VectorSchema schema) {
        JsonKind kind = json.peek();
        float[] vector =
                switch (kind) {
                    case ARRAY -> array(json, schema);
                    case STRING -> base64(json.string(), schema);
                    case OBJECT -> throw notDense();
                    case NUMBER, BOOLEAN, NULL ->
                            throw invalid(schema, "must be an array, got " + kind.words());
                };
        check(vector, schema);
        return vector;
    }

    /** The vector that a text is in base64, if it is exactly one of the schema's dimension. */
    static Optional<float[]> ofBase64(String text, VectorSchema schema) {
        int bytes = 4 * schema.size();
        if (text.length() != (bytes + 2) / 3 * 4) {
            return Optional.empty();
        }
        try {
            return Optional.of(floats(Base64.getDecoder().decode(text)));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /**
     * Checks dimension and components.
     *
     * @throws ApiException if the vector cannot be stored or compared
     */
    public static void check(float[] vector, VectorSchema schema) {
        if (vector.length != schema.size()) {
            throw invalid(
                    schema,
                    "has the wrong dimension: expected %d, got %d"
                            .formatted(schema.size(), vector.length));
        }
        for (int i = 0; i < vector.length; i++) {
            if (!Float.isFinite(vector[i])) {
                throw invalid(schema, "has a component that is no finite 32-bit float, at " + i);
            }
        }
        if (schema.distance() == Distance.COSINE && isZero(vector)) {
            throw invalid(schema, "has no direction, which cosine compares: all components are 0");
        }
    }

    private static boolean isZero(float[] vector) {
        for (float component : vector) {
            if (component != 0) {
                return false;
            }
        }
        return true;
    }

    private static float[] array(JsonReader json, VectorSchema schema) {
        if (json.peekElement().equals(Optional.of(JsonKind.ARRAY))) {
            throw ApiException.notSupported(
                    "multi-vectors are not supported; give one array of numbers");
        }
        return json.floats(new float[schema.size()], VectorSchema.SIZE_MAX);
    }

    private static float[] base64(String text, VectorSchema schema) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            throw invalid(schema, "is a string, but not base64: " + notBase64.getMessage());
        }
        if (bytes.length % 4 != 0) {
            throw invalid(schema, "is base64 of " + bytes.length + " bytes, not a multiple of 4");
        }
        return floats(bytes);
    }

    private static float[] floats(byte[] bytes) {
        float[] vector = new float[bytes.length / 4];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }

    private static ApiException invalid(VectorSchema schema, String what) {
        String name = schema.name().isEmpty() ? "the vector " : "vector '" + schema.name() + "' ";
        return new ApiException(ErrorCode.INVALID_VECTOR, name + what);
    }
}
