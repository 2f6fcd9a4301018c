package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.moraine.queryapi.model.NaiveFilter;
import io.moraine.queryapi.model.RandomFilters;
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
            for (int round = 0; round < FILTERS; round++) {
                if (round % 100 == 50) {
                    index(api);
                }
                check(api, payloads, filters.filter());
            }
        }
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

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
