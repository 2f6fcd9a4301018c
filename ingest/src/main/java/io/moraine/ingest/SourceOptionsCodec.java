package io.moraine.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The options of a source as JSON, beside {@code topic} and {@code format}:
 *
 * <pre>
 * {"errors": {"policy": "dlq" | "skip" | "halt", "topic": text, "point": "hide" | "keep"}}
 * </pre>
 *
 * <p>What is as usual is left out. A policy alone may stand for the object.
 */
final class SourceOptionsCodec {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private SourceOptionsCodec() {}

    static SourceOptions parse(String format, String json) {
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
        Map<String, JsonNode> fields = fields(json, "source", Set.of("errors"));
        return new SourceOptions(
                format,
                fields.containsKey("errors")
                        ? badRecords(fields.get("errors"))
                        : BadRecords.DEFAULT);
    }

    static ObjectNode toJson(SourceOptions options) {
        ObjectNode json = MAPPER.createObjectNode();
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
