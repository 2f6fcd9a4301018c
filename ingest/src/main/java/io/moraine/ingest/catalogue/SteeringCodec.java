package io.moraine.ingest.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moraine.ingest.definition.CollectionSteering;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * How {@link CollectionSteering} is written in the topic of definitions: the key is {@value
 * #KEY_PREFIX} and the id of the copy it is about, the value a JSON object.
 */
final class SteeringCodec {

    private static final String KEY_PREFIX = "@steering/";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private SteeringCodec() {}

    static String key(UUID copy) {
        return KEY_PREFIX + copy;
    }

    /** The copy that a key is about, or empty when the key is not about steering. */
    static Optional<UUID> copy(String key) {
        if (!key.startsWith(KEY_PREFIX)) {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(key.substring(KEY_PREFIX.length())));
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
        }
    }

    /**
     * Writes a record of the log.
     *
     * @param basis what it is written over, see {@link RecordBases}
     */
    static byte[] encode(CollectionSteering steering, long basis) {
        try {
            return MAPPER.writeValueAsBytes(RecordBases.note(toJson(steering), basis));
        } catch (IOException e) {
            throw new IllegalStateException("a tree of texts and numbers is always JSON", e);
        }
    }

    /** All steering as one object, by copy. */
    static ObjectNode toJson(SortedMap<UUID, CollectionSteering> all) {
        ObjectNode json = MAPPER.createObjectNode();
        all.forEach((copy, steering) -> json.set(copy.toString(), toJson(steering)));
        return json;
    }

    /** Reads what {@link #toJson(SortedMap)} wrote. */
    static SortedMap<UUID, CollectionSteering> allFromJson(JsonNode json) {
        SortedMap<UUID, CollectionSteering> all = new TreeMap<>();
        json.properties()
                .forEach(
                        each -> all.put(UUID.fromString(each.getKey()), fromJson(each.getValue())));
        return all;
    }

    private static ObjectNode toJson(CollectionSteering steering) {
        return MAPPER.createObjectNode()
                .put("paused", steering.paused())
                .put("resumes", steering.resumes())
                .put("skip_bad_records", steering.skipBadRecords())
                .put("gaps_seen_at", steering.gapsSeenAt().toString());
    }

    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException if it is none
     */
    static CollectionSteering fromJson(JsonNode json) {
        try {
            return new CollectionSteering(
                    json.path("paused").asBoolean(),
                    json.path("resumes").asLong(),
                    json.path("skip_bad_records").asBoolean(),
                    Instant.parse(json.path("gaps_seen_at").asText("")));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("no instant in 'gaps_seen_at'", e);
        }
    }
}
