package io.moraine.ingest.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.SourceDefinition;
import io.moraine.ingest.definition.SourceOptionsCodec;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.FieldKind;
import io.moraine.storage.model.IndexKind;
import io.moraine.storage.model.IndexOptions;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.VectorSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A collection's definition as JSON, version 1:
 *
 * <pre>
 * {"version": 1, "name": "wordnet", "id": UUID, "created": ISO-8601 instant,
 *  "vectors": [{"name": "", "size": 384, "distance": "cosine", "index": "ivf",
 *               "recall": 0.99}],
 *  "source": {"topic": "wordnet", "topic_id": UUID, "cluster_id": text, "partitions": 2,
 *             "format": "json", "options": {…}, "starts": {"0": offset}},
 *  "beside": {"role": "building" or "previous", "definition": {…}},
 *  "fields": [{"path": "city", "kind": "keyword"}],
 *  "storage": {"history_s": 3600, "memory_limit_bytes": 1073741824, "access": "mmap",
 *              "warmup": "codes", "wal_sync": "interval"},
 *  "basis": 17}
 * </pre>
 *
 * <p>For {@code basis} see {@link RecordBases}; only records of the log have it.
 *
 * <p>Fields that are not known are skipped: a later release may add some. A version above ours says
 * that skipping would not do, and is refused.
 */
final class DefinitionCodec {

    static final int VERSION = 1;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private DefinitionCodec() {}

    /**
     * Writes a record of the log.
     *
     * @param basis what it is written over, see {@link RecordBases}
     */
    static byte[] encode(CollectionDefinition definition, long basis) {
        try {
            return MAPPER.writeValueAsBytes(RecordBases.note(toJson(definition), basis));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers is always JSON", e);
        }
    }

    static ObjectNode toJson(CollectionDefinition definition) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("version", VERSION);
        json.put("name", definition.name());
        json.put("id", definition.id().toString());
        json.put("created", definition.created().toString());
        ArrayNode vectors = json.putArray("vectors");
        for (VectorSchema vector : definition.schema().vectors()) {
            vectors.addObject()
                    .put("name", vector.name())
                    .put("size", vector.size())
                    .put("distance", vector.distance().name().toLowerCase(Locale.ROOT))
                    .put("index", vector.index().kind().name().toLowerCase(Locale.ROOT))
                    .put("recall", vector.index().recall());
        }
        SourceDefinition source = definition.source();
        json.putObject("source")
                .put("topic", source.topic())
                .put("topic_id", source.topicId().toString())
                .put("cluster_id", source.clusterId())
                .put("partitions", source.partitions())
                .put("format", source.format().id())
                .set("options", SourceOptionsCodec.toJson(source.options()));
        ObjectNode sourceJson = json.withObjectProperty("source");
        source.starts()
                .forEach((partition, offset) ->
                        sourceJson.withObjectProperty("starts").put(partition.toString(), offset));
        definition
                .beside()
                .ifPresent(beside ->
                        json.putObject("beside")
                                .put("role", beside.role().name().toLowerCase(Locale.ROOT))
                                .set("definition", toJson(beside.definition())));
        ArrayNode fields = json.putArray("fields");
        definition.fields().stream()
                .sorted(Comparator.comparing(field -> field.path().text() + field.kind()))
                .forEach(field ->
                        fields.addObject()
                                .put("path", field.path().text())
                                .put("kind", field.kind().name().toLowerCase(Locale.ROOT)));
        if (!definition.storage().isNone()) {
            json.set("storage", StorageCodec.toJson(definition.storage()));
        }
        return json;
    }

    /**
     * Reads a definition.
     *
     * @throws IllegalArgumentException if it is none, or one of a later version
     */
    static CollectionDefinition fromJson(JsonNode json) {
        int version = json.path("version").asInt();
        if (version < 1 || version > VERSION) {
            throw new IllegalArgumentException(
                    "collection definition of version %s, this release knows %d; run a newer one"
                            .formatted(json.path("version"), VERSION));
        }
        List<VectorSchema> vectors = new ArrayList<>();
        for (JsonNode vector : required(json, "vectors")) {
            vectors.add(
                    new VectorSchema(
                            text(vector, "name"),
                            required(vector, "size").asInt(),
                            Distance.valueOf(text(vector, "distance").toUpperCase(Locale.ROOT)),
                            index(vector)));
        }
        return new CollectionDefinition(
                text(json, "name"),
                UUID.fromString(text(json, "id")),
                new CollectionSchema(vectors),
                source(required(json, "source")),
                Instant.parse(text(json, "created")),
                beside(json),
                fields(json.path("fields")),
                StorageCodec.fromJson(json.path("storage")));
    }

    private static CollectionDefinition.@Nullable Beside beside(JsonNode json) {
        JsonNode beside = json.get("beside");
        return beside == null || beside.isNull()
                ? null
                : new CollectionDefinition.Beside(
                        CollectionDefinition.Role.valueOf(
                                text(beside, "role").toUpperCase(Locale.ROOT)),
                        fromJson(required(beside, "definition")));
    }

    private static Set<PayloadField> fields(JsonNode json) {
        Set<PayloadField> fields = new HashSet<>();
        for (JsonNode field : json) {
            fields.add(
                    new PayloadField(
                            PayloadPath.parse(text(field, "path")),
                            FieldKind.valueOf(text(field, "kind").toUpperCase(Locale.ROOT))));
        }
        return fields;
    }

    private static SourceDefinition source(JsonNode json) {
        SortedMap<Integer, Long> starts = new TreeMap<>();
        json.path("starts")
                .properties()
                .forEach(start ->
                        starts.put(Integer.valueOf(start.getKey()), start.getValue().asLong()));
        String format = text(json, "format");
        return new SourceDefinition(
                text(json, "topic"),
                UUID.fromString(text(json, "topic_id")),
                text(json, "cluster_id"),
                required(json, "partitions").asInt(),
                SourceOptionsCodec.parse(
                        format, json.has("options") ? json.get("options").toString() : ""),
                starts);
    }

    /** Definitions written before there was a choice say nothing about it. */
    private static IndexOptions index(JsonNode vector) {
        IndexOptions usual = IndexOptions.DEFAULT;
        String kind = vector.path("index").asText(usual.kind().name());
        return new IndexOptions(
                IndexKind.valueOf(kind.toUpperCase(Locale.ROOT)),
                vector.path("recall").asDouble(usual.recall()));
    }

    private static String text(JsonNode json, String field) {
        return required(json, field).asText();
    }

    private static JsonNode required(JsonNode json, String field) {
        JsonNode value = json.get(field);
        if (value == null) {
            throw new IllegalArgumentException(
                    "collection definition without field '" + field + "'");
        }
        return value;
    }
}
