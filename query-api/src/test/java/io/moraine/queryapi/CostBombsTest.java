package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.queryapi.dispatch.ApiKeys;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that would cost too much, or tell too much. */
class CostBombsTest {

    private static final String POINTS = "/collections/c/points";

    @Test
    void s15RefusesWhatWouldCostTooMuchBeforeItBegins(@TempDir Path directory) {
        try (ApiFixture api = start(directory)) {
            bombs().forEach((body, path) -> {
                ApiFixture.Answer answer = api.ask("POST", path, body);
                assertEquals(400, answer.status(), () -> path + " -> " + answer);
                assertEquals("limit_exceeded", answer.code(), () -> path + " -> " + answer);
            });
        }
    }

    @Test
    void s15RefusesAnAnswerThatWouldBeTooLargeAndSaysHowToAskForLess(@TempDir Path directory) {
        ApiConfig config = Limits.usual().responseBytes(64 << 10).config();
        try (ApiFixture api = ApiFixture.start(directory, 2, config)) {
            api.ok("PUT", "/collections/c", "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}}");
            String payload = "{\"text\": \"" + "x".repeat(2_000) + "\"}";
            for (int id = 0; id < 100; id++) {
                api.ok(
                        "PUT",
                        POINTS + "?wait=true",
                        "{\"points\": [{\"id\": %d, \"vector\": [1, 2], \"payload\": %s}]}"
                                .formatted(id, payload));
            }
            Map<String, String> asked = new TreeMap<>();
            asked.put(POINTS + "/scroll", "{\"limit\": 100");
            asked.put(POINTS + "/search", "{\"vector\": [1, 0], \"limit\": 100");
            asked.put(POINTS, "{\"ids\": " + IntStream.range(0, 100).boxed().toList());
            asked.forEach((path, question) -> {
                ApiFixture.Answer all =
                        api.ask("POST", path, question + ", \"with_payload\": true}");
                assertEquals(400, all.status(), () -> path + " -> " + all.status());
                assertEquals("limit_exceeded", all.code());
                assertTrue(all.message().contains("payloads"), all.message());
                api.ok("POST", path, question + ", \"with_payload\": false}");
            });
        }
    }

    @Test
    void s14GivesASearchUpAtItsDeadline(@TempDir Path directory) {
        try (ApiFixture api = start(directory)) {
            for (String query :
                    List.of(
                            "\"query\": [1, 0]",
                            "\"query\": {\"order_by\": \"n\"}",
                            "\"query\": {\"recommend\": {\"positive\": [[1, 0]], \"strategy\":"
                                    + " \"best_score\"}}")) {
                ApiFixture.Answer answer =
                        api.ask("POST", POINTS + "/query", "{" + query + ", \"timeout\": 0}");
                assertEquals(408, answer.status(), answer.toString());
                assertEquals("timeout", answer.code());
            }
        }
    }

    @Test
    void s17KeysAreInNoAnswer(@TempDir Path directory) {
        String key = "canary-4f1c9b";
        ApiConfig config = ApiConfig.loopback(0, "test").withKeys(ApiKeys.of(key, key + "-read"));
        try (ApiFixture api = ApiFixture.start(directory, 1, config)) {
            for (String path :
                    List.of("/", "/metrics", "/collections", "/collections/" + key, "/" + key)) {
                for (String method : List.of("GET", "PUT", "POST", "DELETE")) {
                    String answer =
                            api.ask(method, path, "", "api-key", key).toString()
                                    + api.ask(method, path, "", "api-key", key + "x");
                    assertFalse(
                            answer.replace("`" + key + "`", "").contains(key),
                            () -> method + " " + path + " -> " + answer);
                }
            }
        }
    }

    private static ApiFixture start(Path directory) {
        ApiFixture api = ApiFixture.start(directory, 2);
        api.ok("PUT", "/collections/c", "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}}");
        api.ok("PUT", POINTS, "{\"points\": [{\"id\": 1, \"vector\": [1, 2]}]}");
        return api;
    }

    private static Map<String, String> bombs() {
        Map<String, String> bombs = new TreeMap<>();
        bombs.put("{\"vector\": [1, 0], \"limit\": 1000000000}", POINTS + "/search");
        bombs.put("{\"query\": [1, 0], \"limit\": 1, \"offset\": 2000000000}", POINTS + "/query");
        bombs.put("{\"limit\": 1000000000}", POINTS + "/scroll");
        bombs.put("{\"key\": \"n\", \"limit\": 1000000000}", "/collections/c/facet");
        bombs.put(
                "{\"searches\": " + many(257, "{\"vector\": [1, 0], \"limit\": 1}") + "}",
                POINTS + "/search/batch");
        bombs.put("{\"ids\": " + many(10_001, "1") + "}", POINTS);
        bombs.put(
                "{\"filter\": {\"must\": [{\"has_id\": " + many(10_001, "1") + "}]}}",
                POINTS + "/count");
        bombs.put(
                "{\"filter\": {\"must\": " + many(1_025, "{\"has_id\": [1]}") + "}}",
                POINTS + "/count");
        bombs.put(
                "{\"positive\": " + many(65, "[1, 0]") + ", \"limit\": 1}", POINTS + "/recommend");
        bombs.put(
                "{\"vector\": [1, 0], \"group_by\": \"n\", \"limit\": 5000, \"group_size\": 5000}",
                POINTS + "/search/groups");
        bombs.put(
                "{\"query\": {\"fusion\": \"rrf\"}, \"prefetch\": "
                        + many(33, "{\"query\": [1, 0]}")
                        + "}",
                POINTS + "/query");
        String nested = "{\"query\": [1, 0]}";
        for (int depth = 0; depth < 6; depth++) {
            nested = "{\"query\": [1, 0], \"prefetch\": " + nested + "}";
        }
        bombs.put(nested, POINTS + "/query");
        return bombs;
    }

    private static String many(int count, String element) {
        return IntStream.range(0, count)
                .mapToObj(_ -> element)
                .collect(Collectors.joining(",", "[", "]"));
    }
}
