package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moraine.queryapi.model.NaiveFilter;
import io.moraine.queryapi.model.RandomFilters;
import io.moraine.storage.Shard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random filters over random payloads, compared with {@link NaiveFilter}. */
class FilterFuzzTest {

    private static final int POINTS = 300;
    private static final int FILTERS = Integer.getInteger("filters", 10_000);

    private final long seed = Long.getLong("seed", 20_260_102L);
    private final Random random = new Random(seed);
    private final RandomFilters filters = new RandomFilters(random, POINTS);

    @Test
    void listsCountsAndFindsWhatTheModelDoes(@TempDir Path directory) throws Exception {
        try (ApiFixture api = ApiFixture.start(directory, 2)) {
            api.ok("PUT", "/collections/c", "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}}");
            Map<Long, JsonNode> payloads = new TreeMap<>();
            List<String> points = new ArrayList<>();
            for (long id = 0; id < POINTS; id++) {
                String payload = filters.payload();
                payloads.put(id, ApiFixture.JSON.readTree(payload));
                points.add(
                        "{\"id\": %d, \"vector\": [1, %d], \"payload\": %s}"
                                .formatted(id, id, payload));
            }
            api.ok(
                    "PUT",
                    "/collections/c/points?wait=true",
                    "{\"points\": [" + String.join(",", points) + "]}");
            // The rows of one partition are in files, those of the other in memory.
            seal(api);
            int indexed = 0;
            for (int round = 0; round < FILTERS; round++) {
                if (round % 40 == 20) {
                    index(api);
                }
                indexed += check(api, payloads, filters.filter()) ? 1 : 0;
            }
            assertTrue(indexed > FILTERS / 10, "decided by indexes: " + indexed);
            assertTrue(indexed < FILTERS * 4 / 5, "decided by indexes: " + indexed);
        }
    }

    private static void seal(ApiFixture api) {
        Shard shard = api.collections().collection("c").partition(0).shard().orElseThrow();
        shard.checkpoint();
        assertTrue(shard.status().segments() > 1, "nothing was sealed");
    }

    /** Adds or drops an index and does not wait for it: filters are right at any time. */
    private void index(ApiFixture api) {
        String key = RandomFilters.KEYS.get(random.nextInt(RandomFilters.KEYS.size()));
        if (random.nextInt(4) == 0) {
            api.ok(
                    "DELETE",
                    "/collections/c/index/" + key.replace("[", "%5B").replace("]", "%5D"),
                    "");
        } else {
            String kind =
                    random.nextInt(3) == 0
                            ? pick(
                                    "keyword",
                                    "integer",
                                    "float",
                                    "bool",
                                    "datetime",
                                    "uuid",
                                    "geo",
                                    "text")
                            : fitting(key);
            api.ok(
                    "PUT",
                    "/collections/c/index" + pick("", "?wait=true"),
                    "{\"field_name\": \"%s\", \"field_schema\": \"%s\"}".formatted(key, kind));
        }
    }

    /** The kind that most values of a key are of. */
    private static String fitting(String key) {
        return switch (key) {
            case "p" -> "geo";
            case "d" -> "datetime";
            case "t" -> "text";
            case "u" -> "uuid";
            default -> "integer";
        };
    }

    /** Checks the answers; tells whether indexes know something about every condition. */
    private boolean check(ApiFixture api, Map<Long, JsonNode> payloads, String filter)
            throws Exception {
        JsonNode tree = ApiFixture.JSON.readTree(filter);
        List<Long> expected =
                payloads.entrySet().stream()
                        .filter(e -> NaiveFilter.passes(tree, e.getKey(), e.getValue()))
                        .map(Map.Entry::getKey)
                        .toList();
        String body = "{\"limit\": 1000, \"with_payload\": false, \"filter\": " + filter + "}";
        JsonNode answer = api.ok("POST", "/collections/c/points/scroll", body);
        JsonNode listed = answer.at("/result/points");
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
        return filter.contains("\"key\"") && answer.path("unindexed").isMissingNode();
    }

    private static List<Long> ids(JsonNode points) {
        List<Long> ids = new ArrayList<>();
        points.forEach(point -> ids.add(point.get("id").asLong()));
        return ids;
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
