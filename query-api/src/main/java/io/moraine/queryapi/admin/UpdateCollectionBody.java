package io.moraine.queryapi.admin;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.queryapi.wire.VectorSelection;
import io.moraine.storage.json.JsonLimits;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;
import java.util.Set;
import java.util.TreeSet;

/**
 * The body of a request that changes a collection's options. Those of Qdrant that can be changed
 * there tune an engine we are not and change no answer: they are checked, accepted, and named in
 * the answer under {@code ignored}, as when a collection is created.
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

    private UpdateCollectionBody(CollectionSchema schema) {
        this.schema = schema;
    }

    /** Reads a body; returns the names of options without effect. */
    static Set<String> read(byte[] body, CollectionSchema schema, JsonLimits limits) {
        UpdateCollectionBody update = new UpdateCollectionBody(schema);
        RequestJson.readObject(body, limits, update::field);
        return update.ignored;
    }

    private void field(String field, JsonReader json) {
        switch (field) {
            case "vectors" ->
                    RequestJson.fields(
                            json,
                            (name, reader) -> {
                                VectorSelection.slot(name, schema);
                                options(reader, "vectors." + name, IGNORED_OF_VECTOR);
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
