package io.moraine.queryapi.admin;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.IndexKind;
import io.moraine.storage.model.IndexOptions;
import io.moraine.storage.model.VectorSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code vectors} of a new collection: the parameters of its one unnamed vector, or an
 * object of parameters by vector name.
 */
public final class VectorsField {

    private static final String KNOWN = "size, distance, index, recall, datatype, on_disk";

    private final Set<String> ignored;

    /** Notes options without effect. */
    public VectorsField(Set<String> ignored) {
        this.ignored = ignored;
    }

    /** Reads the field's value. */
    public CollectionSchema read(JsonReader json) {
        List<VectorSchema> named = new ArrayList<>();
        Parameters unnamed = new Parameters();
        boolean[] any = new boolean[1];
        RequestJson.fields(
                json,
                (field, reader) -> {
                    if (reader.peek() == JsonKind.OBJECT && !unnamed.knows(field)) {
                        Parameters parameters = new Parameters();
                        RequestJson.fields(reader, parameters::field);
                        named.add(parameters.schema(field));
                    } else {
                        any[0] = true;
                        unnamed.field(field, reader);
                    }
                });
        if (any[0] && !named.isEmpty()) {
            throw ApiException.badRequest(
                    "'vectors' holds both parameters and vector names; give one or the other");
        }
        return CreateCollectionBody.schema(named.isEmpty() ? List.of(unnamed.schema("")) : named);
    }

    private static Distance distance(String text) {
        return switch (text) {
            case "Cosine" -> Distance.COSINE;
            case "Dot" -> Distance.DOT;
            case "Euclid" -> Distance.EUCLID;
            case "Manhattan" -> Distance.MANHATTAN;
            default ->
                    throw ApiException.badRequest(
                            "'distance' must be Cosine, Dot, Euclid or Manhattan, got '%s'"
                                    .formatted(text));
        };
    }

    static IndexKind index(String text) {
        return switch (text) {
            case "none" -> IndexKind.NONE;
            case "flat" -> IndexKind.FLAT;
            case "ivf" -> IndexKind.IVF;
            default ->
                    throw ApiException.badRequest(
                            "'index' must be none, flat or ivf, got '%s'".formatted(text));
        };
    }

    /** The parameters of one vector. */
    private final class Parameters {

        private int size;
        private @Nullable Distance distance;
        private IndexKind index = IndexOptions.DEFAULT.kind();
        private double recall = IndexOptions.DEFAULT.recall();

        boolean knows(String field) {
            return switch (field) {
                case "size",
                        "distance",
                        "datatype",
                        "on_disk",
                        "hnsw_config",
                        "quantization_config",
                        "multivector_config" ->
                        true;
                default -> false;
            };
        }

        void field(String field, JsonReader json) {
            switch (field) {
                case "size" -> {
                    size = RequestJson.count(json, field);
                    if (size < 1 || size > VectorSchema.SIZE_MAX) {
                        throw ApiException.badRequest(
                                "'size' must be between 1 and %d, got %d"
                                        .formatted(VectorSchema.SIZE_MAX, size));
                    }
                }
                case "distance" -> distance = distance(json.string());
                case "index" -> index = index(json.string());
                case "recall" -> recall = Double.parseDouble(json.number());
                case "datatype" -> {
                    if (!json.string().equals("float32")) {
                        throw ApiException.notSupported("'datatype' can only be \"float32\"");
                    }
                }
                case "multivector_config" ->
                        throw ApiException.notSupported("multi-vectors are not supported");
                case "on_disk", "hnsw_config", "quantization_config" -> {
                    json.skip();
                    ignored.add(field);
                }
                default -> throw RequestJson.unknown(field, "'vectors'", KNOWN);
            }
        }

        VectorSchema schema(String name) {
            if (size == 0 || distance == null) {
                throw ApiException.badRequest(
                        "'vectors' needs 'size' and 'distance'"
                                + (name.isEmpty() ? "" : " for '" + name + "'"));
            }
            try {
                return new VectorSchema(name, size, distance, new IndexOptions(index, recall));
            } catch (IllegalArgumentException invalid) {
                throw new ApiException(
                        ErrorCode.BAD_REQUEST, String.valueOf(invalid.getMessage()), invalid);
            }
        }
    }
}
