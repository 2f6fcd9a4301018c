package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random filters over random payloads, compared with {@link NaiveFilter}. */
class FilterFuzzTest {

    private static final int POINTS = 300;
    private static final int FILTERS = Integer.getInteger("filters", 1_500);
    private static final List<String> KEYS =
            List.of("a", "b", "t", "list", "o.a", "o.b", "list[].a", "o.list", "o.o.t");

    private final long seed = Long.getLong("seed", 20_260_102L);
    private final Random random = new Random(seed);

    @Test
    void listsCountsAndFindsWhatTheModelDoes(@TempDir Path directory) throws Exception {
        try (ApiFixture api = ApiFixture.start(directory, 2)) {
            api.ok("PUT", "/collections/c", "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}}");
            Map<Long, JsonNode> payloads = new TreeMap<>();
            List<String> points = new ArrayList<>();
            for (long id = 0; id < POINTS; id++) {
                String payload = object(0);
                payloads.put(id, ApiFixture.JSON.readTree(payload));
                points.add(
                        "{\"id\": %d, \"vector\": [1, %d], \"payload\": %s}"
                                .formatted(id, id, payload));
            }
            api.ok(
                    "PUT",
                    "/collections/c/points?wait=true",
                    "{\"points\": [" + String.join(",", points) + "]}");
            for (int round = 0; round < FILTERS; round++) {
                if (round % 100 == 50) {
                    index(api);
                }
                check(api, payloads, filter(0));
            }
        }
    }

    /** Adds or drops an index and does not wait for it: filters are right at any time. */
    private void index(ApiFixture api) {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        if (random.nextInt(4) == 0) {
            api.ok(
                    "DELETE",
                    "/collections/c/index/" + key.replace("[", "%5B").replace("]", "%5D"),
                    "");
        } else {
            String kind =
                    pick("keyword", "integer", "float", "bool", "datetime", "uuid", "geo", "text");
            api.ok(
                    "PUT",
                    "/collections/c/index" + pick("", "?wait=true"),
                    "{\"field_name\": \"%s\", \"field_schema\": \"%s\"}".formatted(key, kind));
        }
    }

    private void check(ApiFixture api, Map<Long, JsonNode> payloads, String filter)
            throws Exception {
        JsonNode tree = ApiFixture.JSON.readTree(filter);
        List<Long> expected =
                payloads.entrySet().stream()
                        .filter(e -> NaiveFilter.passes(tree, e.getKey(), e.getValue()))
                        .map(Map.Entry::getKey)
                        .toList();
        String body = "{\"limit\": 1000, \"with_payload\": false, \"filter\": " + filter + "}";
        JsonNode listed = api.result("POST", "/collections/c/points/scroll", body).get("points");
        assertEquals(expected, ids(listed), () -> "listed by " + filter + ", seed " + seed);
        if (random.nextInt(10) == 0) {
            String search = "{\"vector\": [0, 1], \"limit\": 7, \"filter\": " + filter + "}";
            JsonNode hits = api.result("POST", "/collections/c/points/search", search);
            List<Long> best = expected.reversed().stream().limit(7).toList();
            assertEquals(best, ids(hits), () -> "found with " + filter + ", seed " + seed);
            String count = "{\"filter\": " + filter + "}";
            assertEquals(
                    expected.size(),
                    api.result("POST", "/collections/c/points/count", count).get("count").asInt(),
                    () -> "counted by " + filter + ", seed " + seed);
        }
    }

    private static List<Long> ids(JsonNode points) {
        List<Long> ids = new ArrayList<>();
        points.forEach(point -> ids.add(point.get("id").asLong()));
        return ids;
    }

    private String filter(int depth) {
        int kind = random.nextInt(depth > 2 ? 4 : 10);
        return switch (kind) {
            case 0, 1, 2, 3 -> condition();
            case 4, 5 -> "{\"must\": " + conditions(depth) + "}";
            case 6 -> "{\"should\": " + conditions(depth) + "}";
            case 7 -> "{\"must_not\": " + conditions(depth) + ", \"must\": " + condition() + "}";
            case 8 ->
                    "{\"min_should\": {\"min_count\": %d, \"conditions\": %s}}"
                            .formatted(random.nextInt(3), conditions(depth));
            default ->
                    "{\"nested\": {\"key\": \"%s\", \"filter\": %s}}"
                            .formatted(
                                    pick("list", "list[]", "o", "a"), filterWithoutIds(depth + 1));
        };
    }

    /** Ids are not looked at inside of nested filters. */
    private String filterWithoutIds(int depth) {
        String filter = filter(depth);
        return filter.contains("has_id") ? "{\"key\": \"a\", \"match\": {\"value\": 1}}" : filter;
    }

    private String conditions(int depth) {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(_ -> filter(depth + 1))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private String condition() {
        String key =
                pick("a", "b", "t", "list", "o.a", "o.b", "list[].a", "o.list", "none", "o.o.t");
        return switch (random.nextInt(9)) {
            case 0 ->
                    "{\"has_id\": [%d, %d]}"
                            .formatted(random.nextInt(POINTS), random.nextInt(POINTS));
            case 1 -> "{\"is_null\": {\"key\": \"" + key + "\"}}";
            case 2 -> "{\"is_empty\": {\"key\": \"" + key + "\"}}";
            case 3 ->
                    "{\"key\": \"%s\", \"range\": {\"%s\": %s}}"
                            .formatted(
                                    key,
                                    pick("gt", "gte", "lt", "lte"),
                                    pick("0", "1", "1.5", "-2", "3"));
            case 4 ->
                    "{\"key\": \"%s\", \"range\": {\"gt\": -1, \"lte\": %d}}"
                            .formatted(key, random.nextInt(4));
            case 5 ->
                    "{\"key\": \"%s\", \"values_count\": {\"%s\": %d}}"
                            .formatted(key, pick("gt", "gte", "lt", "lte"), random.nextInt(4));
            case 6 ->
                    "{\"key\": \"%s\", \"match\": {\"%s\": [%s, %s]}}"
                            .formatted(key, pick("any", "except"), matchable(), matchable());
            case 7 ->
                    "{\"key\": \"%s\", \"match\": {\"text\": \"%s\"}}"
                            .formatted(key, pick("red", "Red fox", "fox quick", "none"));
            default -> "{\"key\": \"%s\", \"match\": {\"value\": %s}}".formatted(key, matchable());
        };
    }

    private String matchable() {
        return pick("0", "1", "2", "\"red\"", "\"1\"", "true", "false", "-2", "\"quick red fox\"");
    }

    private String object(int depth) {
        List<String> fields = new ArrayList<>();
        for (String key : List.of("a", "b", "t", "list", "o")) {
            if (random.nextInt(3) > 0) {
                String value =
                        switch (key) {
                            case "t" -> pick("\"red\"", "\"quick red fox\"", "\"The fox\"", "3");
                            case "list" -> array(depth);
                            case "o" -> depth > 2 ? "{}" : object(depth + 1);
                            default -> random.nextInt(4) == 0 ? array(depth) : scalar();
                        };
                fields.add("\"" + key + "\":" + value);
            }
        }
        return "{" + String.join(",", fields) + "}";
    }

    private String array(int depth) {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(_ -> depth < 2 && random.nextInt(3) == 0 ? object(depth + 1) : scalar())
                .collect(Collectors.joining(",", "[", "]"));
    }

    private String scalar() {
        return pick(
                "0", "1", "2", "1.0", "1.5", "-2", "null", "true", "false", "\"red\"", "\"1\"",
                "1e1");
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
