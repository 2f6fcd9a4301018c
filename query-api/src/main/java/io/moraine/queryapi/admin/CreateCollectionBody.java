package io.moraine.queryapi.admin;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.port.CreateCollection;
import io.moraine.queryapi.port.SourceSpec;
import io.moraine.queryapi.wire.JsonWriter;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.storage.CollectionStorage;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonLimits;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.VectorSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request for a new collection.
 *
 * <p>Options of Qdrant fall into three kinds. Those that mean something here are obeyed: {@code
 * vectors}, and {@code shard_number}, which is the number of partitions. Those that tune an engine
 * we are not, and change no answer, are accepted and named in the answer under {@code ignored}.
 * Those that would change answers are refused with the reason.
 */
final class CreateCollectionBody {

    /** Tuning options that change no answer. */
    private static final Set<String> IGNORED =
            Set.of(
                    "hnsw_config",
                    "optimizers_config",
                    "wal_config",
                    "quantization_config",
                    "on_disk_payload",
                    "replication_factor",
                    "write_consistency_factor");

    private final String name;
    private final Set<String> ignored = new TreeSet<>();
    private @Nullable CollectionSchema schema;
    private final byte[] body;
    private String topic;
    private int partitions;
    private boolean create = true;
    private String format = SourceSpec.FORMAT_JSON;
    private String sourceOptions = "";
    private CollectionStorage storage = CollectionStorage.NONE;

    private CreateCollectionBody(String name, byte[] body) {
        this.name = name;
        this.body = body;
        this.topic = name;
    }

    /** Reads a body. */
    static CreateCollectionBody read(String name, byte[] body, JsonLimits limits) {
        CreateCollectionBody wish = new CreateCollectionBody(name, body);
        RequestJson.readObject(body, limits, wish::field);
        return wish;
    }

    /** What is wished for. */
    CreateCollection request() {
        if (schema == null) {
            throw ApiException.badRequest(
                    "'vectors' is missing; give {\"size\": …, \"distance\": \"Cosine\"} or one such"
                            + " object for each vector name");
        }
        return new CreateCollection(
                name,
                schema,
                new SourceSpec(topic, partitions, create, format, sourceOptions),
                storage);
    }

    /** Names of options that were accepted without effect. */
    Set<String> ignored() {
        return ignored;
    }

    private void field(String field, JsonReader json) {
        switch (field) {
            case "vectors" -> schema = new VectorsField(ignored).read(json);
            case "source" -> source(json);
            case "storage" -> storage = StorageField.read(json);
            case "shard_number" -> partitions(RequestJson.count(json, field), field);
            case "sharding_method" -> {
                if (!json.string().equals("auto")) {
                    throw ApiException.notSupported(
                            "'sharding_method' can only be \"auto\": the record key decides");
                }
            }
            case "sparse_vectors" -> emptyOnly(field, json, "sparse vectors");
            case "strict_mode_config" -> emptyOnly(field, json, "limits for one collection");
            case "metadata" -> emptyOnly(field, json, "free metadata");
            case "init_from" ->
                    throw ApiException.notSupported(
                            "'init_from' is not supported: point 'source' at the other collection's"
                                    + " topic instead");
            default -> {
                if (!IGNORED.contains(field)) {
                    throw RequestJson.unknown(
                            field,
                            "a new collection",
                            "vectors, source, storage, shard_number; accepted without effect: "
                                    + String.join(", ", new TreeSet<>(IGNORED)));
                }
                json.skip();
                ignored.add(field);
            }
        }
    }

    /** What is not named here is for whoever reads the topic, who refuses what it does not know. */
    private void source(JsonReader json) {
        StringBuilder options = new StringBuilder();
        RequestJson.fields(
                json,
                (field, reader) -> {
                    switch (field) {
                        case "topic" -> topic = reader.string();
                        case "partitions" ->
                                partitions(RequestJson.count(reader, field), "source.partitions");
                        case "create" -> create = reader.bool();
                        case "format" -> format = reader.string();
                        default -> {
                            JsonWriter option = new JsonWriter(body.length + 1024);
                            option.name(field);
                            reader.peek();
                            int from = reader.position();
                            reader.skip();
                            option.raw(body, from, reader.position());
                            options.append(options.isEmpty() ? '{' : ',').append(text(option));
                        }
                    }
                });
        sourceOptions = options.isEmpty() ? "" : options.append('}').toString();
    }

    private static String text(JsonWriter json) {
        return new String(json.bytes(), 0, json.length(), StandardCharsets.UTF_8);
    }

    private void partitions(int partitions, String field) {
        if (partitions < 1) {
            throw ApiException.badRequest("'" + field + "' must be at least 1");
        }
        if (this.partitions != 0 && this.partitions != partitions) {
            throw ApiException.badRequest(
                    "'shard_number' and 'source.partitions' contradict each other");
        }
        this.partitions = partitions;
    }

    private static void emptyOnly(String field, JsonReader json, String what) {
        if (json.peek() == JsonKind.OBJECT) {
            json.beginObject();
            if (json.nextName() == null) {
                return;
            }
        }
        throw ApiException.notSupported("'" + field + "' is not supported: there are no " + what);
    }

    /** The schema of a list of vectors, or the reason why it is none. */
    static CollectionSchema schema(List<VectorSchema> vectors) {
        try {
            return new CollectionSchema(vectors);
        } catch (IllegalArgumentException invalid) {
            throw new ApiException(
                    ErrorCode.BAD_REQUEST, String.valueOf(invalid.getMessage()), invalid);
        }
    }
}
