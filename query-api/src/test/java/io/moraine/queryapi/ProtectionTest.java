package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.queryapi.exchange.Deadline;
import io.moraine.queryapi.read.AsOf;
import io.moraine.queryapi.read.AtLeast;
import io.moraine.queryapi.read.CollectionReader;
import io.moraine.queryapi.read.ReadView;
import io.moraine.storage.model.Filter;
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
        ApiConfig config = Limits.usual().concurrentRequests(1).config();
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
                    RawSocket.head("POST", "/collections/c/points/count")
                            + RawSocket.json(2)
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
        ApiConfig config = Limits.usual().bodyTime(Duration.ofMillis(300)).config();
        try (ApiFixture api = ApiFixture.start(directory, 1, config);
                RawSocket slow = new RawSocket(api.port())) {
            slow.send(RawSocket.head("PUT", "/collections/c") + RawSocket.json(50));
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

    @Test
    void countsEachPointOnceThoughOlderViewsAreAskedInBetween(@TempDir Path directory) {
        try (ApiFixture api = ApiFixture.start(directory, 2);
                CollectionReader reader = new CollectionReader()) {
            api.ok("PUT", "/collections/c", VECTORS);
            ShardCollection collection = api.collections().collection("c");
            for (int id = 0; id < 5; id++) {
                collection.partition(0).append(point(PointId.of(id), 1, "first"), 1_000);
            }
            try (ReadView before = view(reader, collection)) {
                collection.partition(1).append(point(PointId.of(1), 1, "second"), 2_000);
                collection.partition(0).append(point(PointId.of(9), 1, "first"), 2_000);
                try (ReadView between = view(reader, collection)) {
                    collection.partition(1).append(point(PointId.of(2), 1, "second"), 2_000);
                    collection.partition(0).append(new PointChange.Delete(PointId.of(1)), 3_000);
                    try (ReadView after = view(reader, collection)) {
                        for (int round = 0; round < 3; round++) {
                            assertEquals(6, after.count(Filter.all()));
                            assertEquals(5, before.count(Filter.all()));
                            assertEquals(6, between.count(Filter.all()));
                        }
                    }
                }
            }
        }
    }

    private static ReadView view(CollectionReader reader, ShardCollection collection) {
        return reader.open(
                collection,
                AtLeast.NOTHING,
                AsOf.NOW,
                Deadline.after(Duration.ofMinutes(1), System::nanoTime));
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
}
