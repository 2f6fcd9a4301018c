package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moraine.devbroker.DevBroker;
import io.moraine.server.demo.Sample;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Kills a node again and again while it ingests, and compares what it then knows with a map kept
 * outside: nothing lost, nothing twice, nothing that was deleted, and the exact nearest points.
 */
final class CrashRestart {

    private static final String COLLECTION = "crash";
    private static final int QUERIES = 100;
    private static final int NEAREST = 10;
    private static final double ROUNDING = 1e-5;

    private final Path directory;
    private final List<Sample.Point> points;
    private final Random random;
    private final int kills;
    private final Map<String, float[]> live = new HashMap<>();
    private final ConcurrentSkipListMap<Integer, Long> sent = new ConcurrentSkipListMap<>();

    /**
     * A run.
     *
     * @param directory an empty folder
     * @param points what to ingest
     * @param seed decides overwrites, deletes, and when to kill
     * @param kills how often
     */
    CrashRestart(Path directory, List<Sample.Point> points, long seed, int kills) {
        this.directory = directory;
        this.points = points;
        this.random = new Random(seed);
        this.kills = kills;
    }

    void run() throws Exception {
        try (DevBroker broker = DevBroker.start(directory.resolve("kafka"), 0)) {
            Map<String, String> settings =
                    TestNodes.settings(
                            directory.resolve("data"),
                            broker.bootstrapServers(),
                            Map.of(
                                    "storage.seal-rows",
                                    Integer.toString(Math.max(500, points.size() / 12))));
            Path log = directory.resolve("node.log");
            ServerProcess node = ServerProcess.serve(settings, log);
            try {
                create(node.api());
                List<Long> thresholds = killThresholds();
                Thread producing =
                        Thread.ofPlatform().start(() -> produce(broker.bootstrapServers()));
                for (long threshold : thresholds) {
                    awaitApplied(node.api(), threshold);
                    node.kill();
                    node = ServerProcess.serve(settings, log);
                }
                producing.join();
                verify(node.api());
                assertEquals(143, node.terminate(), "ended by SIGTERM");
                node = ServerProcess.serve(settings, log);
                verify(node.api());
            } finally {
                node.close();
            }
        }
    }

    private void create(Api api) {
        api.put(
                        "/collections/" + COLLECTION,
                        """
                        {"vectors": {"size": %d, "distance": "Cosine"},
                         "source": {"topic": "%s", "partitions": 2, "create": true}}\
                        """
                                .formatted(points.getFirst().vector().length, COLLECTION))
                .ok();
    }

    /** After how many applied records to kill, ascending, spread over the whole run. */
    private List<Long> killThresholds() {
        List<Long> thresholds = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            thresholds.add((long) (points.size() * (i + random.nextDouble()) / kills));
        }
        return thresholds;
    }

    /** Every point once, mixed with overwrites by other points' vectors and with deletes. */
    private void produce(String bootstrapServers) {
        try (TopicProducer producer = new TopicProducer(bootstrapServers, COLLECTION)) {
            for (int i = 0; i < points.size(); i++) {
                send(producer, points.get(i).id(), points.get(i).vector());
                int dice = random.nextInt(20);
                if (dice < 3) {
                    send(producer, anyId(i), points.get(random.nextInt(points.size())).vector());
                } else if (dice == 3) {
                    send(producer, anyId(i), null);
                }
            }
            producer.flush();
        }
    }

    private String anyId(int produced) {
        return points.get(random.nextInt(produced + 1)).id();
    }

    private void send(TopicProducer producer, String id, float @Nullable [] vector) {
        if (vector == null) {
            live.remove(id);
        } else {
            live.put(id, vector);
        }
        producer.send(
                id,
                vector == null ? null : "{\"vector\":\"" + base64(vector) + "\"}",
                metadata -> sent.merge(metadata.partition(), metadata.offset(), Math::max));
    }

    private void verify(Api api) {
        assertEquals(live.size(), count(api), "live keys");
        Set<String> ids = new HashSet<>();
        for (JsonNode hit : search(api, points.getFirst().vector(), live.size() + 100)) {
            assertTrue(ids.add(hit.path("id").asText()), "twice: " + hit);
        }
        assertEquals(live.keySet(), ids);
        for (int i = 0; i < QUERIES; i++) {
            float[] query = points.get(random.nextInt(points.size())).vector();
            compare(nearest(query), search(api, query, NEAREST), query);
        }
    }

    /** Waits until all of the log is applied. */
    private long count(Api api) {
        return api.post(
                        "/collections/" + COLLECTION + "/points/count",
                        "{\"at_least\": %s, \"timeout\": 60}".formatted(offsets()))
                .ok()
                .at("/result/count")
                .asLong();
    }

    private String offsets() {
        StringJoiner members = new StringJoiner(",", "{", "}");
        sent.forEach((partition, offset) -> members.add("\"" + partition + "\":" + offset));
        return members.toString();
    }

    /** The exact answer: ids by falling similarity. */
    private List<Map.Entry<String, Double>> nearest(float[] query) {
        Map<String, Double> scores = new HashMap<>();
        live.forEach((id, vector) -> scores.put(id, cosine(query, vector)));
        return scores.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                .limit(NEAREST)
                .toList();
    }

    /** Equal up to the order of points whose scores differ by less than a float's rounding. */
    private void compare(List<Map.Entry<String, Double>> expected, JsonNode hits, float[] query) {
        assertEquals(expected.size(), hits.size());
        for (int rank = 0; rank < expected.size(); rank++) {
            JsonNode hit = hits.path(rank);
            String id = hit.path("id").asText();
            float[] vector = live.get(id);
            assertTrue(vector != null, "not live: " + id);
            double exact = cosine(query, vector);
            assertEquals(exact, hit.path("score").asDouble(), ROUNDING, id);
            assertEquals(expected.get(rank).getValue(), exact, ROUNDING, "rank " + rank);
        }
    }

    private static JsonNode search(Api api, float[] query, int limit) {
        return api.post(
                        "/collections/" + COLLECTION + "/points/search",
                        "{\"vector\": %s, \"limit\": %d, \"params\": {\"exact\": true}}"
                                .formatted(Arrays.toString(query), limit))
                .ok()
                .path("result");
    }

    private static void awaitApplied(Api api, long records) throws InterruptedException {
        while (true) {
            JsonNode positions =
                    api.post("/collections/" + COLLECTION + "/points/count", "{}")
                            .ok()
                            .path("positions");
            long applied = 0;
            for (JsonNode position : positions) {
                applied += position.path("applied").asLong() + 1;
            }
            if (applied >= records) {
                return;
            }
            Thread.sleep(5);
        }
    }

    private static double cosine(float[] left, float[] right) {
        double dot = 0;
        double leftSquare = 0;
        double rightSquare = 0;
        for (int i = 0; i < left.length; i++) {
            dot += (double) left[i] * right[i];
            leftSquare += (double) left[i] * left[i];
            rightSquare += (double) right[i] * right[i];
        }
        return dot / Math.sqrt(leftSquare * rightSquare);
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes =
                ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
