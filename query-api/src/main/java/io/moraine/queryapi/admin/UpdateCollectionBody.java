package io.moraine.queryapi.admin;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.queryapi.wire.VectorSelection;
import io.moraine.storage.json.JsonLimits;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.IndexOptions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The body of a request that changes a collection's options: how its vectors are found, by {@code
 * index} and {@code recall} of each. Those of Qdrant that can be changed there tune an engine we
 * are not and change no answer: they are checked, accepted, and named in the answer under {@code
 * ignored}, as when a collection is created.
 */
final class UpdateCollectionBody {

    private static final Set<String> IGNORED =
            Set.of("hnsw_config", "optimizers_config", "quantization_config");
    private static final Set<String> IGNORED_OF_VECTOR =
            Set.of("hnsw_config", "quantization_config", "on_disk");
    private static final Set<String> IGNORED_PARAMS =
            Set.of(
                    "replication_factor",
                    "write_consistency_factor",
                    "read_fan_out_factor",
                    "read_fan_out_delay_ms",
                    "on_disk_payload");

    private final CollectionSchema schema;
    private final Set<String> ignored = new TreeSet<>();
    private final Map<Integer, IndexOptions> indexes = new TreeMap<>();

    private UpdateCollectionBody(CollectionSchema schema) {
        this.schema = schema;
    }

    static UpdateCollectionBody read(byte[] body, CollectionSchema schema, JsonLimits limits) {
        UpdateCollectionBody update = new UpdateCollectionBody(schema);
        RequestJson.readObject(body, limits, update::field);
        return update;
    }

    /** Names of options without effect. */
    Set<String> ignored() {
        return ignored;
    }

    /** Whether vectors are to be found in other ways. */
    boolean changesIndexes() {
        return !indexes.isEmpty();
    }

    /** A schema of the same vectors with the indexes that were asked for. */
    CollectionSchema changed(CollectionSchema present) {
        CollectionSchema changed = present;
        for (Map.Entry<Integer, IndexOptions> index : indexes.entrySet()) {
            changed = changed.withIndex(index.getKey(), index.getValue());
        }
        return changed;
    }

    private void field(String field, JsonReader json) {
        switch (field) {
            case "vectors" ->
                    RequestJson.fields(
                            json,
                            (name, reader) -> {
                                vector(VectorSelection.slot(name, schema), name, reader);
                            });
            case "params" -> options(json, field, IGNORED_PARAMS);
            case "storage" ->
                    throw ApiException.notSupported(
                            "'storage' is decided when a collection is created: delete it and"
                                    + " create it again over the same topic, which is kept");
            case "sparse_vectors", "strict_mode_config", "metadata" ->
                    throw ApiException.notSupported(
                            "'" + field + "' is not supported: there is no such thing here");
            default -> {
                if (!IGNORED.contains(field)) {
                    throw RequestJson.unknown(
                            field,
                            "a change of a collection",
                            "vectors, params, " + String.join(", ", new TreeSet<>(IGNORED)));
                }
                json.skip();
                ignored.add(field);
            }
        }
    }

    private void vector(int slot, String name, JsonReader json) {
        RequestJson.fields(
                json,
                (field, reader) -> {
                    IndexOptions options = indexes.getOrDefault(slot, schema.vector(slot).index());
                    switch (field) {
                        case "index" ->
                                indexes.put(
                                        slot,
                                        options.withKind(VectorsField.index(reader.string())));
                        case "recall" -> indexes.put(slot, withRecall(options, reader));
                        default -> {
                            if (!IGNORED_OF_VECTOR.contains(field)) {
                                throw RequestJson.unknown(
                                        field,
                                        "'vectors." + name + "'",
                                        "index, recall, "
                                                + String.join(
                                                        ", ", new TreeSet<>(IGNORED_OF_VECTOR)));
                            }
                            reader.skip();
                            ignored.add("vectors." + name + "." + field);
                        }
                    }
                });
    }

    private static IndexOptions withRecall(IndexOptions options, JsonReader json) {
        try {
            return options.withRecall(Double.parseDouble(json.number()));
        } catch (IllegalArgumentException invalid) {
            throw new ApiException(
                    ErrorCode.BAD_REQUEST, String.valueOf(invalid.getMessage()), invalid);
        }
    }

    private void options(JsonReader json, String where, Set<String> known) {
        RequestJson.fields(
                json,
                (name, reader) -> {
                    if (!known.contains(name)) {
                        throw RequestJson.unknown(
                                name, "'" + where + "'", String.join(", ", new TreeSet<>(known)));
                    }
                    reader.skip();
                    ignored.add(where + "." + name);
                });
    }
}
