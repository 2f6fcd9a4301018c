package io.moraine.ingest.definition;

import io.moraine.ingest.format.JsonRecordDecoder;
import java.util.List;
import java.util.Map;

/**
 * Where the parts of a point stand in a JSON value. Paths are keys separated by dots.
 *
 * @param vector path of the vector, or of an object from vector names to vectors
 * @param vectors paths by vector name; when there are any, {@code vector} is not looked at
 * @param payload path of the payload, or {@value #EVERYTHING} for the whole value but the fields
 *     that hold vectors
 * @param include keys of the payload that are kept; empty for all
 * @param exclude keys of the payload that are left out
 */
public record RecordFields(
        String vector,
        Map<String, String> vectors,
        String payload,
        List<String> include,
        List<String> exclude) {

    /** As {@link JsonRecordDecoder} reads them. */
    public static final RecordFields DEFAULT =
            new RecordFields("vector", Map.of(), "payload", List.of(), List.of());

    public static final String EVERYTHING = "*";

    public RecordFields {
        vectors = Map.copyOf(vectors);
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }

    public boolean choosesKeys() {
        return !include.isEmpty() || !exclude.isEmpty() || payload.equals(EVERYTHING);
    }
}
