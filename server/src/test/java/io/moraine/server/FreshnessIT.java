package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moraine.devbroker.DevBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who names the offsets of a record is answered at or past them, with a real broker between. */
final class FreshnessIT {

    private static final int ROUNDS = Integer.getInteger("rounds", 1_000);

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void whatWasProducedIsAlwaysInTheAnswerThatAsksForItsOffset(@TempDir Path temp)
            throws Exception {
        try (DevBroker broker = DevBroker.start(temp.resolve("kafka"), 0);
                Wiring node =
                        Wiring.start(
                                TestNodes.config(temp.resolve("data"), broker.bootstrapServers()));
                TopicProducer producer = new TopicProducer(broker.bootstrapServers(), "fresh")) {
            Api api = new Api(node.api());
            api.put("/collections/fresh", "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}}")
                    .ok();
            api.put(
                            "/collections/fresh/index",
                            "{\"field_name\": \"n\", \"field_schema\": \"integer\"}")
                    .ok();
            Map<String, Integer> model = new TreeMap<>();
            for (int round = 0; round < ROUNDS; round++) {
                String id = "p" + random.nextInt(100);
                boolean delete = random.nextInt(5) == 0;
                if (delete) {
                    model.remove(id);
                } else {
                    model.put(id, round);
                }
                String atLeast =
                        TopicProducer.atLeast(
                                producer.send(
                                        id,
                                        delete
                                                ? null
                                                : "{\"vector\":[%d,1],\"payload\":{\"n\":%d}}"
                                                        .formatted(round, round)));
                check(api, model, atLeast, round);
            }
        }
    }

    private void check(Api api, Map<String, Integer> model, String atLeast, int round) {
        int from = random.nextInt(round + 1);
        TreeSet<String> expected = new TreeSet<>();
        model.forEach((id, n) -> {
            if (n >= from) {
                expected.add(id);
            }
        });
        JsonNode answer =
                api.post(
                                "/collections/fresh/points/scroll",
                                """
                                {"limit": 200, "at_least": %s, "timeout": 30, "filter":
                                 {"must": {"key": "n", "range": {"gte": %d}}}}\
                                """
                                        .formatted(atLeast, from))
                        .ok();
        TreeSet<String> found = new TreeSet<>();
        answer.at("/result/points").forEach(point -> found.add(point.get("id").asText()));
        assertEquals(expected, found, () -> "round " + round + ", seed " + seed);
        assertTrue(answer.path("unindexed").isMissingNode(), () -> answer.toString());
        List<String> best =
                model.entrySet().stream()
                        .sorted((a, b) -> b.getValue() - a.getValue())
                        .limit(1)
                        .map(Map.Entry::getKey)
                        .toList();
        JsonNode hits =
                api.post(
                                "/collections/fresh/points/search",
                                "{\"vector\": [1, 0], \"limit\": 1, \"at_least\": %s}"
                                        .formatted(atLeast))
                        .ok()
                        .get("result");
        assertEquals(
                best,
                hits.isEmpty() ? List.of() : List.of(hits.get(0).get("id").asText()),
                () -> "round " + round + ", seed " + seed);
    }
}
