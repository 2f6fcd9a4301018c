package io.moraine.ingest.definition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moraine.storage.model.OperationKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The options of a source as JSON, beside {@code topic} and {@code format}:
 *
 * <pre>
 * {"fields": {"vector": path, "vectors": {name: path, …}, "payload": path | "*",
 *             "include": [key, …], "exclude": [key, …]},
 *  "id": "key" | {"key": "text" | "long" | "int" | "uuid"} | {"header": name} | {"field": path},
 *  "version": "offset" | "timestamp" | {"header": name} | {"field": path},
 *  "version_scope": text | {"header": name} | {"field": path},
 *  "operation": {"header": name | "field": path, "values": {word: operation, …}},
 *  "partitioner": "murmur2" | "crc32",
 *  "errors": policy | {"policy": "dlq" | "skip" | "halt", "topic": text,
 *                      "point": "hide" | "keep"}}
 * </pre>
 *
 * <p>What is as usual may be left out, and is when options are written.
 */
public final class SourceOptionsCodec {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int PATH_MAX = 512;

    private SourceOptionsCodec() {}

    public static SourceOptions parse(String format, String json) {
        RecordFormat known =
                RecordFormat.of(format)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "unknown record format '%s', expected one of %s"
                                                .formatted(format, formats())));
        try {
            JsonNode options = json.isEmpty() ? MAPPER.createObjectNode() : MAPPER.readTree(json);
            return read(known, options);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("source options are not JSON: " + e, e);
        }
    }

    /**
     * Reads options.
     *
     * @throws IllegalArgumentException if one is unknown, or is not what it should be
     */
    static SourceOptions read(RecordFormat format, JsonNode json) {
        Map<String, JsonNode> given =
                fields(
                        json,
                        "source",
                        Set.of(
                                "fields",
                                "id",
                                "version",
                                "version_scope",
                                "operation",
                                "partitioner",
                                "errors"));
        SourceOptions usual = SourceOptions.of(format);
        JsonNode fields = given.get("fields");
        JsonNode id = given.get("id");
        JsonNode version = given.get("version");
        JsonNode scope = given.get("version_scope");
        JsonNode operation = given.get("operation");
        JsonNode partitioner = given.get("partitioner");
        JsonNode errors = given.get("errors");
        return new SourceOptions(
                format,
                fields == null ? usual.fields() : recordFields(fields),
                id == null || id.has("key") ? usual.id() : idOrigin(id),
                id != null && id.has("key") ? keyForm(id) : usual.keyForm(),
                version == null ? usual.version() : versionOrigin(version),
                scope == null ? usual.versionScope() : scopeOrigin(scope),
                operation == null ? usual.operation() : operationRule(operation),
                partitioner == null ? usual.partitioner() : partitioner(partitioner),
                errors == null ? usual.badRecords() : badRecords(errors));
    }

    public static ObjectNode toJson(SourceOptions options) {
        ObjectNode json = MAPPER.createObjectNode();
        SourceOptions usual = SourceOptions.of(options.format());
        if (!options.fields().equals(usual.fields())) {
            write(options.fields(), json.putObject("fields"));
        }
        if (options.keyForm() != usual.keyForm()) {
            json.putObject("id").put("key", options.keyForm().id());
        } else {
            write("id", options.id(), usual.id(), json);
        }
        write("version", options.version(), usual.version(), json);
        write("version_scope", options.versionScope(), usual.versionScope(), json);
        if (!options.operation().equals(usual.operation())) {
            ObjectNode operation = json.putObject("operation");
            write(options.operation().origin(), operation);
            options.operation()
                    .values()
                    .forEach((word, kind) ->
                            operation
                                    .withObjectProperty("values")
                                    .put(word, OperationRule.word(kind)));
        }
        if (options.partitioner() != usual.partitioner()) {
            json.put("partitioner", options.partitioner().id());
        }
        BadRecords bad = options.badRecords();
        if (!bad.equals(BadRecords.DEFAULT)) {
            ObjectNode errors = json.putObject("errors").put("policy", bad.policy().id());
            if (!bad.topic().isEmpty()) {
                errors.put("topic", bad.topic());
            }
            errors.put("point", bad.hidesPoint() ? "hide" : "keep");
        }
        return json;
    }

    private static void write(RecordFields fields, ObjectNode json) {
        if (fields.vectors().isEmpty()) {
            json.put("vector", fields.vector());
        } else {
            ObjectNode vectors = json.putObject("vectors");
            new TreeMap<>(fields.vectors()).forEach(vectors::put);
        }
        json.put("payload", fields.payload());
        if (!fields.include().isEmpty()) {
            ArrayNode include = json.putArray("include");
            fields.include().forEach(include::add);
        }
        if (!fields.exclude().isEmpty()) {
            ArrayNode exclude = json.putArray("exclude");
            fields.exclude().forEach(exclude::add);
        }
    }

    private static void write(String name, ValueOrigin origin, ValueOrigin usual, ObjectNode json) {
        if (origin.equals(usual)) {
            return;
        }
        switch (origin.place()) {
            case HEADER, FIELD -> write(origin, json.putObject(name));
            case KEY, OFFSET, TIMESTAMP ->
                    json.put(name, origin.place().name().toLowerCase(Locale.ROOT));
            case FIXED -> json.put(name, origin.name());
        }
    }

    private static void write(ValueOrigin origin, ObjectNode json) {
        json.put(origin.isField() ? "field" : "header", origin.name());
    }

    private static RecordFields recordFields(JsonNode json) {
        Map<String, JsonNode> given =
                fields(
                        json,
                        "source.fields",
                        Set.of("vector", "vectors", "payload", "include", "exclude"));
        RecordFields usual = RecordFields.DEFAULT;
        JsonNode vector = given.get("vector");
        JsonNode vectors = given.get("vectors");
        JsonNode payload = given.get("payload");
        if (vector != null && vectors != null) {
            throw new IllegalArgumentException(
                    "'source.fields' has 'vector' and 'vectors'; give one of them");
        }
        Map<String, String> paths = new TreeMap<>();
        if (vectors != null) {
            if (!vectors.isObject() || vectors.isEmpty()) {
                throw new IllegalArgumentException(
                        "'source.fields.vectors' must be an object from vector names to paths");
            }
            vectors.properties()
                    .forEach(field ->
                            paths.put(
                                    field.getKey(),
                                    path(field.getValue(), "source.fields.vectors")));
        }
        return new RecordFields(
                vector == null ? usual.vector() : path(vector, "source.fields.vector"),
                paths,
                payload == null ? usual.payload() : path(payload, "source.fields.payload"),
                texts(given.get("include"), "source.fields.include"),
                texts(given.get("exclude"), "source.fields.exclude"));
    }

    private static ValueOrigin idOrigin(JsonNode json) {
        if (json.isTextual()) {
            choice(json, "source.id", Set.of("key"));
            return ValueOrigin.KEY;
        }
        return origin(json, "source.id", Set.of("key", "header", "field"));
    }

    private static KeyForm keyForm(JsonNode json) {
        fields(json, "source.id", Set.of("key"));
        String form = text(json.get("key"), "source.id.key");
        return KeyForm.of(form)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "'source.id.key' must be text, long, int or uuid, got '%s'"
                                        .formatted(form)));
    }

    private static ValueOrigin versionOrigin(JsonNode json) {
        if (json.isTextual()) {
            return choice(json, "source.version", Set.of("offset", "timestamp")).equals("offset")
                    ? ValueOrigin.OFFSET
                    : ValueOrigin.TIMESTAMP;
        }
        return origin(json, "source.version", Set.of("header", "field"));
    }

    private static ValueOrigin scopeOrigin(JsonNode json) {
        return json.isTextual()
                ? new ValueOrigin(ValueOrigin.Place.FIXED, json.textValue())
                : origin(json, "source.version_scope", Set.of("header", "field"));
    }

    private static OperationRule operationRule(JsonNode json) {
        ValueOrigin origin = origin(json, "source.operation", Set.of("header", "field", "values"));
        Map<String, OperationKind> values = new TreeMap<>();
        JsonNode given = json.path("values");
        if (!given.isMissingNode() && !given.isObject()) {
            throw new IllegalArgumentException(
                    "'source.operation.values' must be an object from words to operations");
        }
        given.properties()
                .forEach(field -> {
                    String operation = text(field.getValue(), "source.operation.values");
                    values.put(
                            field.getKey(),
                            OperationRule.kind(operation)
                                    .orElseThrow(() ->
                                            new IllegalArgumentException(
                                                    "'source.operation.values': unknown operation '%s'"
                                                            .formatted(operation))));
                });
        return new OperationRule(origin, values);
    }

    private static Partitioner partitioner(JsonNode json) {
        String id = choice(json, "source.partitioner", Set.of("murmur2", "crc32"));
        return Partitioner.of(id).orElseThrow();
    }

    /** Either a header or a field. */
    private static ValueOrigin origin(JsonNode json, String where, Set<String> known) {
        Map<String, JsonNode> given = fields(json, where, known);
        JsonNode header = given.get("header");
        JsonNode field = given.get("field");
        if ((header == null) == (field == null)) {
            throw new IllegalArgumentException(
                    "'%s' must name either a 'header' or a 'field'".formatted(where));
        }
        return header != null
                ? new ValueOrigin(ValueOrigin.Place.HEADER, text(header, where + ".header"))
                : new ValueOrigin(
                        ValueOrigin.Place.FIELD,
                        path(Objects.requireNonNull(field), where + ".field"));
    }

    private static String path(JsonNode json, String where) {
        String path = text(json, where);
        if (path.isEmpty()
                || path.length() > PATH_MAX
                || path.startsWith(".")
                || path.endsWith(".")
                || path.contains("..")) {
            throw new IllegalArgumentException(
                    "'%s' must be keys separated by dots, got '%s'".formatted(where, path));
        }
        return path;
    }

    private static List<String> texts(@Nullable JsonNode json, String where) {
        if (json == null) {
            return List.of();
        }
        if (!json.isArray()) {
            throw new IllegalArgumentException("'%s' must be an array of texts".formatted(where));
        }
        List<String> texts = new ArrayList<>();
        json.forEach(element -> texts.add(text(element, where)));
        return texts;
    }

    private static BadRecords badRecords(JsonNode json) {
        if (json.isTextual()) {
            return new BadRecords(policy(json), "", true);
        }
        Map<String, JsonNode> fields =
                fields(json, "source.errors", Set.of("policy", "topic", "point"));
        JsonNode policy = fields.get("policy");
        JsonNode topic = fields.get("topic");
        JsonNode point = fields.get("point");
        return new BadRecords(
                policy == null ? BadRecords.DEFAULT.policy() : policy(policy),
                topic == null ? "" : text(topic, "source.errors.topic"),
                point == null
                        || choice(point, "source.errors.point", Set.of("hide", "keep"))
                                .equals("hide"));
    }

    private static BadRecords.Policy policy(JsonNode json) {
        String id = text(json, "source.errors.policy");
        return BadRecords.Policy.of(id)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "'source.errors.policy' must be dlq, skip or halt, got '"
                                        + id
                                        + "'"));
    }

    /** The fields of an object of which only some are known; those that are null are absent. */
    private static Map<String, JsonNode> fields(JsonNode json, String where, Set<String> known) {
        if (!json.isObject()) {
            throw new IllegalArgumentException("'%s' must be an object".formatted(where));
        }
        return json.properties().stream()
                .filter(field -> !field.getValue().isNull())
                .peek(field -> {
                    if (!known.contains(field.getKey())) {
                        throw new IllegalArgumentException(
                                "unknown field '%s' in '%s'; known are: %s"
                                        .formatted(
                                                field.getKey(),
                                                where,
                                                known.stream()
                                                        .sorted()
                                                        .collect(Collectors.joining(", "))));
                    }
                })
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static String text(JsonNode json, String where) {
        if (!json.isTextual()) {
            throw new IllegalArgumentException("'%s' must be text".formatted(where));
        }
        return json.textValue();
    }

    private static String choice(JsonNode json, String where, Set<String> choices) {
        String text = text(json, where);
        if (!choices.contains(text)) {
            throw new IllegalArgumentException(
                    "'%s' must be one of %s, got '%s'"
                            .formatted(
                                    where,
                                    choices.stream().sorted().collect(Collectors.joining(", ")),
                                    text));
        }
        return text;
    }

    private static String formats() {
        return Arrays.stream(RecordFormat.values())
                .map(RecordFormat::id)
                .collect(Collectors.joining(", "));
    }
}
