package io.moraine.queryapi.wire;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which vectors of a point an answer shows: {@code with_vector}.
 *
 * @param slots their slots; empty for none
 */
public record VectorSelection(Set<Integer> slots) {

    /** No vectors. */
    public static final VectorSelection NONE = new VectorSelection(Set.of());

    public VectorSelection {
        slots = Set.copyOf(slots);
    }

    /** Every vector of a schema. */
    public static VectorSelection all(CollectionSchema schema) {
        return new VectorSelection(
                IntStream.range(0, schema.vectors().size())
                        .boxed()
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** Reads {@code true}, {@code false} or a list of names. */
    public static VectorSelection read(JsonReader json, CollectionSchema schema) {
        JsonKind kind = json.peek();
        return switch (kind) {
            case BOOLEAN -> json.bool() ? all(schema) : NONE;
            case ARRAY ->
                    new VectorSelection(
                            new TreeSet<>(
                                    RequestJson.list(
                                            json,
                                            "names in 'with_vector'",
                                            CollectionSchema.VECTORS_MAX,
                                            reader -> slot(reader.string(), schema))));
            case STRING, OBJECT, NUMBER, NULL ->
                    throw RequestJson.wrongType(
                            "with_vector", "true, false or a list of names", kind);
        };
    }

    /**
     * The slot of a vector name.
     *
     * @throws ApiException if the schema has no such vector
     */
    public static int slot(String name, CollectionSchema schema) {
        return schema.slot(name)
                .orElseThrow(() ->
                        ApiException.badRequest(
                                "the collection has no vector named '%s'; it has: %s"
                                        .formatted(name, names(schema))));
    }

    /** Writes vectors by name, or the vector alone when the collection's only one has no name. */
    public static void write(
            Map<String, float[]> vectors, CollectionSchema schema, JsonWriter out) {
        float[] unnamed = vectors.get("");
        if (unnamed != null && schema.vectors().size() == 1) {
            out.value(unnamed);
            return;
        }
        out.beginObject();
        for (var vector : schema.vectors()) {
            float[] components = vectors.get(vector.name());
            if (components != null) {
                out.name(vector.name()).value(components);
            }
        }
        out.endObject();
    }

    private static String names(CollectionSchema schema) {
        return schema.vectors().stream()
                .map(vector -> vector.name().isEmpty() ? "the unnamed one" : vector.name())
                .collect(Collectors.joining(", "));
    }
}
