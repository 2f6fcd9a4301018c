package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.moraine.devbroker.DevBroker;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka is away: what is here is answered, and said to be perhaps not the newest. */
final class WithoutKafkaIT {

    private static final String SEARCH =
            "{\"vector\": [1, 0, 0], \"limit\": 10, \"with_payload\": true}";

    @TempDir private Path temp;

    @Test
    void localShardsAreAnsweredAndMarkedStale() throws Exception {
        int lostPort;
        String before;
        try (DevBroker broker = DevBroker.start(temp.resolve("kafka"), 0)) {
            lostPort = broker.port();
            try (Wiring node =
                    Wiring.start(
                            TestNodes.config(temp.resolve("data"), broker.bootstrapServers()))) {
                Api api = new Api(node.api());
                api.put("/collections/fruit", "{\"vectors\": {\"size\": 3, \"distance\": \"Dot\"}}")
                        .ok();
                api.put(
                                "/collections/fruit/points?wait=true",
                                """
                                {"points": [{"id": 1, "vector": [1, 0, 0], "payload": {"n": 1}},
                                            {"id": 2, "vector": [0, 1, 0]}]}\
                                """)
                        .ok();
                before = search(api).path("result").toString();
            }
        }
        try (Wiring node =
                Wiring.start(TestNodes.config(temp.resolve("data"), "127.0.0.1:" + lostPort))) {
            Api api = new Api(node.api());
            JsonNode answer = search(api);
            assertEquals(before, answer.path("result").toString());
            assertFalse(answer.path("positions").isEmpty());
            answer.path("positions")
                    .forEach(position -> assertEquals("stale", position.path("state").asText()));
            assertEquals(200, api.get("/readyz").status());
            assertEquals(
                    503,
                    api.put(
                                    "/collections/other?timeout=2",
                                    "{\"vectors\": {\"size\": 3, \"distance\": \"Dot\"}}")
                            .status());
        }
    }

    private static JsonNode search(Api api) {
        return api.post("/collections/fruit/points/search", SEARCH).ok();
    }
}
