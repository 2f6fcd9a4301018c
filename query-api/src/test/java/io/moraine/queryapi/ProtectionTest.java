package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.storage.model.PointChange;
import io.moraine.storage.model.PointId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What protects the server, and its readers from seeing a point twice. */
class ProtectionTest {

    private static final String VECTORS = "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}}";

    @Test
    void s13Answers429WithRetryAfterWhenItIsFullAndStillSaysItIsAlive(@TempDir Path directory)
            throws Exception {
        ApiConfig config =
                ApiConfig.loopback(0, "test").withLimits(limits(1, Duration.ofSeconds(30)));
        try (ApiFixture api = ApiFixture.start(directory, 1, config)) {
            api.ok("PUT", "/collections/c", VECTORS);
            try (RawSocket slow = slowRequest(api)) {
                ApiFixture.Answer full = api.ask("GET", "/collections", "");
                assertEquals(429, full.status());
                assertEquals("overloaded", full.code());
                assertEquals(
                        "1", full.response().headers().firstValue("retry-after").orElseThrow());
                assertEquals(200, api.ask("GET", "/healthz", "").status());
                slow.send("}");
                while (api.ask("GET", "/collections", "").status() == 429) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    /**
     * A request that has the only place, its body not yet whole. It may arrive while one of those
     * that look for it has the place, and be refused itself; then another is sent.
     */
    private static RawSocket slowRequest(ApiFixture api) throws Exception {
        while (true) {
            RawSocket slow = new RawSocket(api.port());
            slow.send(
                    "POST /collections/c/points/count HTTP/1.1\r\n"
                            + "Host: localhost\r\n"
                            + "Content-Type: application/json\r\n"
                            + "Content-Length: 2\r\n\r\n"
                            + "{");
            for (int look = 0; look < 20; look++) {
                if (api.ask("GET", "/collections", "").status() == 429) {
                    return slow;
                }
                Thread.sleep(5);
            }
            slow.close();
        }
    }

    @Test
    void s02EndsARequestWhoseBodyTricklesIn(@TempDir Path directory) throws Exception {
        ApiConfig config =
                ApiConfig.loopback(0, "test").withLimits(limits(10, Duration.ofMillis(300)));
        try (ApiFixture api = ApiFixture.start(directory, 1, config);
                RawSocket slow = new RawSocket(api.port())) {
            slow.send(
                    "PUT /collections/c HTTP/1.1\r\n"
                            + "Host: localhost\r\n"
                            + "Content-Type: application/json\r\n"
                            + "Content-Length: 50\r\n\r\n");
            Thread trickle =
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int i = 0; i < 49; i++) {
                                    slow.send(" ");
                                    java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
                                }
                            });
            String answer = slow.readAll();
            trickle.join();
            assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
            assertTrue(answer.contains("\"code\":\"timeout\""), answer);
        }
    }

    @Test
    void s23AnswersForItsOwnHostsOnlyWhenTheyAreNamed(@TempDir Path directory) throws Exception {
        ApiConfig any = ApiConfig.loopback(0, "test");
        ApiConfig named =
                new ApiConfig(
                        any.address(),
                        any.keys(),
                        Set.of("localhost"),
                        any.limits(),
                        any.version(),
                        any.encryption());
        try (ApiFixture api = ApiFixture.start(directory, 1, named)) {
            assertEquals(200, api.ask("GET", "/collections", "").status());
            try (RawSocket rebound = new RawSocket(api.port())) {
                String answer =
                        rebound.send(
                                        "GET /collections HTTP/1.1\r\n"
                                                + "Host: evil.example:1\r\n"
                                                + "Connection: close\r\n\r\n")
                                .readAll();
                assertTrue(answer.startsWith("HTTP/1.1 421 "), answer);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/collections/c/snapshots",
                "/cluster",
                "/telemetry",
                "/collections/c/points/discover"
            })
    void saysWhyItLacksWhatQdrantHas(String path, @TempDir Path directory) {
        try (ApiFixture api = ApiFixture.start(directory, 1)) {
            ApiFixture.Answer answer = api.ask("POST", path, "{}");
            assertEquals(501, answer.status(), answer.toString());
            assertEquals("not_supported", answer.code());
        }
    }

    @Test
    void countsAPointThatLiesInTwoPartitionsOnce(@TempDir Path directory) {
        try (ApiFixture api = ApiFixture.start(directory, 3)) {
            api.ok("PUT", "/collections/c", VECTORS);
            ShardCollection collection = api.collections().collection("c");
            collection.partition(0).append(point(PointId.of(1), 9, "old"), 1_000);
            collection.partition(1).append(point(PointId.of(2), 9, "other"), 1_000);
            assertEquals(2, count(api, "{}"));
            collection.partition(2).append(point(PointId.of(1), 1, "new"), 2_000);
            assertEquals(2, count(api, "{}"));
            assertEquals(0, count(api, "{\"filter\": {\"must\": " + named("old") + "}}"));
            assertEquals(1, count(api, "{\"filter\": {\"must\": " + named("new") + "}}"));
            String scroll = "{\"filter\": {\"must\": " + named("old") + "}}";
            assertEquals(
                    0,
                    api.result("POST", "/collections/c/points/scroll", scroll)
                            .get("points")
                            .size());
            assertEquals(
                    "{\"hits\":[{\"value\":\"new\",\"count\":1},{\"value\":\"other\",\"count\":1}]}",
                    api.result("POST", "/collections/c/facet", "{\"key\": \"v\"}").toString());
            collection.partition(2).append(new PointChange.Delete(PointId.of(1)), 3_000);
            assertEquals(1, count(api, "{\"filter\": {\"must\": " + named("old") + "}}"));
            assertEquals(2, count(api, "{}"));
        }
    }

    private static int count(ApiFixture api, String body) {
        return api.result("POST", "/collections/c/points/count", body).get("count").asInt();
    }

    private static String named(String name) {
        return "{\"key\": \"v\", \"match\": {\"value\": \"" + name + "\"}}";
    }

    @Test
    void showsTheNewestCopyOfAPointThatLiesInTwoPartitions(@TempDir Path directory) {
        try (ApiFixture api = ApiFixture.start(directory, 3)) {
            api.ok("PUT", "/collections/c", VECTORS);
            ShardCollection collection = api.collections().collection("c");
            PointId id = PointId.of(1);
            collection.partition(0).append(point(id, 9, "old"), 1_000);
            collection.partition(2).append(point(id, 1, "new"), 2_000);
            collection.partition(1).append(point(PointId.of(2), 5, "other"), 500);
            String search = "{\"vector\": [1, 0], \"limit\": 1, \"with_payload\": true}";
            assertEquals("[2]", ids(api, search));
            assertEquals("[2,1]", ids(api, search.replace("\"limit\": 1", "\"limit\": 5")));
            assertEquals(
                    "new",
                    api.result("GET", "/collections/c/points/1", "").at("/payload/v").asText());
            String scroll =
                    api.result("POST", "/collections/c/points/scroll", "{}")
                            .get("points")
                            .toString();
            assertEquals(2, scroll.split("\"id\"", -1).length - 1, scroll);
        }
    }

    private static String ids(ApiFixture api, String search) {
        StringBuilder ids = new StringBuilder("[");
        api.result("POST", "/collections/c/points/search", search)
                .forEach(hit -> ids.append(ids.length() == 1 ? "" : ",").append(hit.get("id")));
        return ids.append("]").toString();
    }

    private static PointChange point(PointId id, float x, String value) {
        byte[] payload = ("{\"v\":\"" + value + "\"}").getBytes(StandardCharsets.UTF_8);
        return new PointChange.Upsert(id, Map.of("", new float[] {x, 0}), payload);
    }

    private static ApiLimits limits(int concurrent, Duration bodyTime) {
        ApiLimits usual = ApiLimits.DEFAULT;
        return new ApiLimits(
                usual.bodyBytes(),
                usual.headerBytes(),
                usual.uriBytes(),
                usual.responseBytes(),
                usual.json(),
                usual.hits(),
                usual.batchPoints(),
                usual.batchSearches(),
                usual.deadline(),
                usual.deadlineMax(),
                bodyTime,
                usual.readTime(),
                usual.idleTime(),
                usual.connections(),
                concurrent,
                0);
    }
}
