package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moraine.devbroker.DevBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/kafka.md says to do after a topic was created anew, and when the model changes. */
final class RebuildWalkthroughIT {

    private static final String COLLECTION = "/collections/c";
    private static final int POINTS = 400;

    @TempDir private Path temp;

    @SuppressWarnings("NullAway.Init") // set before each test
    private DevBroker broker;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Wiring node;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Api api;

    @BeforeEach
    void start() {
        broker = DevBroker.start(temp.resolve("kafka"), 0);
        startNode();
    }

    private void startNode() {
        node = Wiring.start(TestNodes.config(temp.resolve("data"), broker.bootstrapServers()));
        api = new Api(node.api());
    }

    @AfterEach
    void stop() {
        node.close();
        broker.close();
    }

    @Test
    void k06ATopicCreatedAnewUnderALiveServerIsFollowedAfterARebuild() throws Exception {
        createAndFill();
        recreate();
        assertHaltedThenRebuilt();
    }

    @Test
    void k06ATopicCreatedAnewUnderAStoppedServerIsFollowedAfterARebuild() throws Exception {
        createAndFill();
        node.close();
        recreate();
        startNode();
        assertHaltedThenRebuilt();
    }

    /** A collection of 384 dimensions goes over to 96 behind its alias. */
    @Test
    void theModelChangesBehindAnAliasWhileEveryQueryIsAnswered() throws Exception {
        create(384, "{\"topic\": \"old-model\", \"partitions\": 2}");
        fill("old-model", 384, "old");
        await(r -> lag(r) == 0 && points() == POINTS);
        api.post(
                        "/collections/aliases",
                        "{\"actions\": [{\"create_alias\": {\"collection_name\": \"c\","
                                + " \"alias_name\": \"live\"}}]}")
                .ok();
        broker.createTopic(new NewTopic("new-model", 3, (short) 1));
        fill("new-model", 96, "new");

        AtomicInteger answered = new AtomicInteger();
        AtomicBoolean swapped = new AtomicBoolean();
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread asking =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                while (!done.get()) {
                                    swapped.set(ask(swapped.get()));
                                    answered.incrementAndGet();
                                }
                            } catch (AssertionError | RuntimeException e) {
                                failure.set(e);
                            }
                        });
        try {
            api.post(
                            COLLECTION + "/ingest/rebuild",
                            "{\"topic\": \"new-model\", \"vectors\": {\"size\": 96, \"distance\":"
                                    + " \"Dot\"}}")
                    .ok();
            await(r -> failure.get() != null || r.at("/beside/role").asText().equals("previous"));
            int before = answered.get();
            while (answered.get() < before + 20 && failure.get() == null) {
                Thread.sleep(10);
            }
        } finally {
            done.set(true);
            asking.join();
        }
        if (failure.get() != null) {
            throw new AssertionError(
                    "no answer after %d, swapped=%s".formatted(answered.get(), swapped.get()),
                    failure.get());
        }
        assertTrue(swapped.get(), "queries of the new model are answered through the alias");
        assertEquals(96, api.get(COLLECTION).ok().at("/result/config/params/vectors/size").asInt());
        api.post(COLLECTION + "/ingest/rebuild/finish", "").ok();
        assertEquals(POINTS, points());
    }

    /** Asks through the alias with the model that serves; true once that is the new one. */
    private boolean ask(boolean swapped) {
        Api.Answer old = search(swapped ? 96 : 384);
        if (old.status() == 200) {
            assertFull(old, swapped ? "new" : "old");
            return swapped;
        }
        // Between two requests the new model took over: its queries are answered from then on.
        assertEquals(400, old.status(), old.body());
        Api.Answer next = search(96);
        assertEquals(200, next.status(), next.body());
        assertFull(next, "new");
        return true;
    }

    private Api.Answer search(int dimensions) {
        return api.post(
                "/collections/live/points/search",
                "{\"vector\": %s, \"limit\": %d, \"with_payload\": true}"
                        .formatted(vector(dimensions, 1), POINTS));
    }

    private static void assertFull(Api.Answer answer, String model) {
        JsonNode hits = answer.ok().path("result");
        assertEquals(POINTS, hits.size(), "no answer lacks a point");
        hits.forEach(hit -> assertEquals(model, hit.at("/payload/model").asText()));
    }

    private void assertHaltedThenRebuilt() throws Exception {
        // Before the new topic is there, it may be seen that the old one is gone.
        JsonNode report =
                await(r ->
                        r.path("state").asText().equals("halted")
                                && r.path("detail").asText().contains("topic id"));
        String detail = report.path("detail").asText();
        assertTrue(detail.contains("rebuild"), detail);
        assertEquals(1, countOf(report.path("recent_errors"), "topic id"), "said once, clearly");
        assertEquals(1, points());
        assertEquals(200, api.get(COLLECTION + "/points/old").status());
        assertEquals(404, api.get(COLLECTION + "/points/new0").status());

        api.post(COLLECTION + "/ingest/rebuild", "{}").ok();
        await(r -> r.at("/beside/role").asText().equals("previous"));
        assertEquals(3, points());
        assertEquals(404, api.get(COLLECTION + "/points/old").status());
        assertEquals(200, api.get(COLLECTION + "/points/new2").status());
    }

    private static int countOf(JsonNode errors, String part) {
        int count = 0;
        for (JsonNode error : errors) {
            count += error.path("message").asText().contains(part) ? 1 : 0;
        }
        return count;
    }

    private void createAndFill() throws Exception {
        create(2, "{\"topic\": \"t\", \"partitions\": 1}");
        try (TopicProducer producer = new TopicProducer(broker.bootstrapServers(), "t")) {
            producer.send("old", "{\"vector\":[1,0],\"payload\":{}}").get();
        }
        await(r -> r.at("/partitions/0/applied").asLong() == 0);
    }

    private void recreate() throws Exception {
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of("t")).all().get();
            while (true) {
                try {
                    broker.createTopic(new NewTopic("t", 1, (short) 1));
                    break;
                } catch (ExecutionException e) {
                    assertTrue(e.getCause() instanceof TopicExistsException, e::toString);
                }
            }
        }
        try (TopicProducer producer = new TopicProducer(broker.bootstrapServers(), "t")) {
            for (int i = 0; i < 3; i++) {
                producer.send("new" + i, "{\"vector\":[0,1],\"payload\":{}}").get();
            }
        }
    }

    private void create(int size, String source) {
        api.put(
                        COLLECTION,
                        "{\"vectors\": {\"size\": %d, \"distance\": \"Dot\"}, \"source\": %s}"
                                .formatted(size, source))
                .ok();
    }

    private void fill(String topic, int dimensions, String model) throws Exception {
        try (TopicProducer producer = new TopicProducer(broker.bootstrapServers(), topic)) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = 0; i < POINTS; i++) {
                sent.add(
                        producer.send(
                                "k" + i,
                                "{\"vector\":%s,\"payload\":{\"model\":\"%s\"}}"
                                        .formatted(vector(dimensions, i), model)));
            }
            producer.flush();
            for (Future<RecordMetadata> record : sent) {
                record.get();
            }
        }
    }

    private static String vector(int dimensions, int seed) {
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (seed * 31 + i * 7) % 13 - 6;
        }
        vector[0] = 20;
        return Arrays.toString(vector);
    }

    private long points() {
        return api.get(COLLECTION).ok().at("/result/points_count").asLong();
    }

    private static long lag(JsonNode report) {
        long lag = 0;
        for (JsonNode partition : report.path("partitions")) {
            lag += partition.path("lag").asLong(1);
        }
        return lag;
    }

    private JsonNode await(Predicate<JsonNode> reached) throws Exception {
        JsonNode report = api.get(COLLECTION + "/ingest").ok().path("result");
        for (int i = 0; i < 600 && !reached.test(report); i++) {
            Thread.sleep(50);
            report = api.get(COLLECTION + "/ingest").ok().path("result");
        }
        assertTrue(reached.test(report), report.toString());
        return report;
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }
}
