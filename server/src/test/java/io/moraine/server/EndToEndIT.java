package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moraine.devbroker.DevBroker;
import io.moraine.storage.StorageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a record that any producer sent to an answer over HTTP, with a real broker between. */
final class EndToEndIT {

    @TempDir private Path temp;

    @SuppressWarnings("NullAway.Init") // set before each test
    private DevBroker broker;

    @BeforeEach
    void startBroker() {
        broker = DevBroker.start(temp.resolve("kafka"), 0);
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    @Test
    void whatIsProducedIsFoundAndOverwritesAndDeletesAreSeen() throws Exception {
        try (Wiring node = start();
                TopicProducer producer = new TopicProducer(broker.bootstrapServers(), "fruit")) {
            Api api = new Api(node.api());
            create(api, "fruit");

            String first =
                    TopicProducer.atLeast(
                            producer.send("apple", point(1, 0, 0, "{\"n\":1}")),
                            producer.send("pear", point(0.8f, 0.6f, 0, "{\"n\":2}")),
                            producer.send("7", point(0, 0, 1, "{\"n\":3}")));
            JsonNode answer = search(api, first);
            assertEquals(List.of("apple", "pear", "7"), ids(answer));
            assertEquals(0.8, hit(answer, 1).path("score").asDouble(), 1e-6);
            assertEquals("{\"n\":2}", hit(answer, 1).path("payload").toString());
            assertTrue(hit(answer, 2).path("id").isNumber(), "7 is a number, also as a key");
            answer.path("positions")
                    .forEach(position -> {
                        assertEquals("fresh", position.path("state").asText());
                        assertEquals(0, position.path("lag").asLong());
                    });

            String second =
                    TopicProducer.atLeast(
                            producer.send("pear", point(0, 1, 0, "{\"n\":4}")),
                            producer.send("apple", null));
            assertEquals(Set.of("pear", "7"), Set.copyOf(ids(search(api, second))));
            assertEquals(404, api.get("/collections/fruit/points/apple").status());
            assertEquals(2, count(api, "fruit", second));
        }
    }

    @Test
    void aBadRecordDoesNotBlockItsNeighbours() throws Exception {
        try (Wiring node = start();
                TopicProducer producer = new TopicProducer(broker.bootstrapServers(), "fruit")) {
            Api api = new Api(node.api());
            create(api, "fruit");
            String offsets =
                    TopicProducer.atLeast(
                            producer.send("a", point(1, 0, 0, "{}")),
                            producer.send("b", "{\"vector\":[1,2]}"),
                            producer.send("c", "not JSON"),
                            producer.send("d", point(0, 1, 0, "{}")));
            assertEquals(2, count(api, "fruit", offsets));
        }
    }

    @Test
    void whatIsWrittenOverHttpIsInTheTopicAndFoundAtOnce() throws Exception {
        try (Wiring node = start()) {
            Api api = new Api(node.api());
            create(api, "fruit");
            JsonNode written =
                    api.put(
                                    "/collections/fruit/points?wait=true",
                                    """
                                    {"points": [
                                      {"id": 1, "vector": [1, 0, 0], "payload": {"n": 1}},
                                      {"id": 2, "vector": [0, 1, 0]}]}\
                                    """)
                            .ok();
            assertEquals("completed", written.at("/result/status").asText());
            assertEquals(List.of("1", "2"), ids(search(api, "{}")));
            api.post("/collections/fruit/points/delete?wait=true", "{\"points\": [1]}").ok();
            assertEquals(List.of("2"), ids(search(api, "{}")));
        }
    }

    @Test
    void aRestartGivesTheSameAnswers() throws Exception {
        String before;
        try (Wiring node = start();
                TopicProducer producer = new TopicProducer(broker.bootstrapServers(), "fruit")) {
            Api api = new Api(node.api());
            create(api, "fruit");
            String offsets =
                    TopicProducer.atLeast(
                            producer.send("a", point(1, 0, 0, "{\"n\":1}")),
                            producer.send("b", point(0.6f, 0.8f, 0, "{\"n\":2}")));
            before = search(api, offsets).path("result").toString();
        }
        try (Wiring node = start()) {
            Api api = new Api(node.api());
            assertEquals(before, search(api, "{}").path("result").toString());
        }
    }

    @Test
    void aChangedIndexIsSeenAtOnceAndAfterARestart() throws Exception {
        try (Wiring node = start()) {
            Api api = new Api(node.api());
            create(api, "fruit");
            assertEquals("ivf", index(api).path("index").asText());
            api.patch(
                            "/collections/fruit",
                            "{\"vectors\": {\"\": {\"index\": \"flat\", \"recall\": 0.9}}}")
                    .ok();
            assertEquals("flat", index(api).path("index").asText());
            assertEquals(0.9, index(api).path("recall").asDouble());
        }
        try (Wiring node = start()) {
            JsonNode index = index(new Api(node.api()));
            assertEquals("flat", index.path("index").asText());
            assertEquals(0.9, index.path("recall").asDouble());
        }
    }

    @Test
    void metricsTellHowFarEachPartitionIs() throws Exception {
        try (Wiring node = start()) {
            Api api = new Api(node.api());
            create(api, "fruit");
            api.put(
                            "/collections/fruit/points?wait=true",
                            "{\"points\": [{\"id\": 1, \"vector\": [1, 0, 0]}]}")
                    .ok();
            String metrics = api.get("/metrics").body();
            assertTrue(metrics.contains("moraine_partition_points{collection=\"fruit\""), metrics);
            assertTrue(metrics.contains("moraine_partition_applied_offset{"), metrics);
            assertTrue(metrics.contains("moraine_partition_lag_records{"), metrics);
            assertTrue(
                    metrics.contains("route=\"/collections/{name}/points\"")
                            || metrics.contains("/points\""),
                    metrics);
            assertTrue(metrics.contains("jvm_memory_used_bytes"), metrics);
        }
    }

    @Test
    void aSecondNodeOnTheSameDirectoryIsRefusedInASentence() {
        try (Wiring _ = start()) {
            StorageException refusal = assertThrows(StorageException.Unusable.class, () -> start());
            assertTrue(
                    String.valueOf(refusal.getMessage()).contains(temp.toString()),
                    refusal.toString());
        }
    }

    @Test
    void aPortInUseIsNamedInASentence() {
        try (Wiring node = start()) {
            String port = Integer.toString(node.api().getPort());
            StartException refusal =
                    assertThrows(
                            StartException.class,
                            () ->
                                    Wiring.start(
                                            TestNodes.config(
                                                    temp.resolve("other"),
                                                    broker.bootstrapServers(),
                                                    Map.of("http.port", port))));
            assertTrue(String.valueOf(refusal.getMessage()).contains(port), refusal.toString());
        }
    }

    private Wiring start() {
        return Wiring.start(TestNodes.config(temp.resolve("data"), broker.bootstrapServers()));
    }

    private static void create(Api api, String name) {
        api.put("/collections/" + name, "{\"vectors\": {\"size\": 3, \"distance\": \"Cosine\"}}")
                .ok();
    }

    /** What the collection says of its one vector, in its configuration and in its shards. */
    private static JsonNode index(Api api) {
        JsonNode info = api.get("/collections/fruit").ok().path("result");
        JsonNode index = info.at("/indexes/0");
        JsonNode configured = info.at("/config/params/vectors");
        assertEquals(configured.path("index"), index.path("index"));
        assertEquals(configured.path("recall"), index.path("recall"));
        return index;
    }

    private static JsonNode search(Api api, String atLeast) {
        return api.post(
                        "/collections/fruit/points/search",
                        """
                        {"vector": [1, 0, 0], "limit": 10, "with_payload": true, "at_least": %s,
                         "timeout": 30}\
                        """
                                .formatted(atLeast))
                .ok();
    }

    private static long count(Api api, String name, String atLeast) {
        return api.post(
                        "/collections/" + name + "/points/count",
                        "{\"at_least\": %s, \"timeout\": 30}".formatted(atLeast))
                .ok()
                .at("/result/count")
                .asLong();
    }

    private static String point(float x, float y, float z, String payload) {
        return TopicProducer.value(new float[] {x, y, z}, payload);
    }

    private static List<String> ids(JsonNode answer) {
        List<String> ids = new ArrayList<>();
        answer.path("result").forEach(hit -> ids.add(hit.path("id").asText()));
        return ids;
    }

    private static JsonNode hit(JsonNode answer, int rank) {
        return answer.path("result").path(rank);
    }
}
