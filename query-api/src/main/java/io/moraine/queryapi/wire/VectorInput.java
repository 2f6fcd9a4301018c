package io.moraine.queryapi.wire;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.VectorSchema;
import java.util.Optional;

/**
 * What to be near to: a vector, or the id of a point whose vector is meant. Read before it is known
 * which of the collection's vectors it is compared with.
 *
 * <p>A string is the id of a point, unless it is exactly a vector of the right dimension in base64.
 */
public sealed interface VectorInput {

    /** Components. */
    final class Dense implements VectorInput {
        private final float[] components;

        Dense(float[] components) {
            this.components = components;
        }
    }

    /**
     * A string.
     *
     * @param value as written
     */
    record Text(String value) implements VectorInput {}

    /**
     * The id of a point.
     *
     * @param value the id
     */
    record Id(PointId value) implements VectorInput {}

    /** Reads the next value. */
    static VectorInput read(JsonReader json, String field) {
        JsonKind kind = json.peek();
        return switch (kind) {
            case ARRAY -> new Dense(json.floats(new float[0], VectorSchema.SIZE_MAX));
            case STRING -> new Text(json.string());
            case NUMBER -> new Id(PointIdJson.read(json));
            case OBJECT ->
                    throw ApiException.notSupported(
                            "sparse vectors and inference objects are not supported in '%s'"
                                    .formatted(field));
            case BOOLEAN, NULL ->
                    throw RequestJson.wrongType(field, "a vector or the id of a point", kind);
        };
    }

    /**
     * The vector itself, checked against a schema; empty when it is that of a point, see {@link
     * #pointId}.
     *
     * @throws ApiException if it does not fit the schema
     */
    default Optional<float[]> vector(VectorSchema schema) {
        return switch (this) {
            case Dense dense -> {
                VectorJson.check(dense.components, schema);
                yield Optional.of(dense.components);
            }
            case Text text -> {
                Optional<float[]> vector = VectorJson.ofBase64(text.value(), schema);
                vector.ifPresent(components -> VectorJson.check(components, schema));
                yield vector;
            }
            case Id _ -> Optional.empty();
        };
    }

    /** The id of the point whose vector is meant. */
    default PointId pointId() {
        return switch (this) {
            case Text text -> PointIdJson.ofText(text.value());
            case Id id -> id.value();
            case Dense _ -> throw new IllegalStateException("components are no id");
        };
    }
}
