package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moraine.devbroker.DevBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What operators see and do, over HTTP and with the command line, with a real broker behind. */
final class SteeringIT {

    private static final String COLLECTION = "/collections/fruit";

    @TempDir private Path temp;

    @RegisterExtension private final SaidText said = new SaidText();

    @SuppressWarnings("NullAway.Init") // set before each test
    private DevBroker broker;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Wiring node;

    @BeforeEach
    void start() {
        broker = DevBroker.start(temp.resolve("kafka"), 0);
        node = Wiring.start(TestNodes.config(temp.resolve("data"), broker.bootstrapServers()));
    }

    @AfterEach
    void stop() {
        node.close();
        broker.close();
    }

    @Test
    void badRecordsAreSeenExplainedAndReplayed() throws Exception {
        Api api = new Api(node.api());
        create(api, "{\"topic\": \"fruit\", \"partitions\": 1}");
        try (TopicProducer producer = new TopicProducer(broker.bootstrapServers(), "fruit")) {
            producer.send("a", "{\"vector\":[1,0],\"payload\":{}}").get();
            producer.send("a", "no JSON").get();
            producer.send("b", "{\"vector\":[0,1],\"payload\":{}}").get();
        }
        JsonNode report = await(api, r -> r.at("/partitions/0/applied").asLong() == 2);
        assertEquals(1, report.at("/rejected/value-malformed").asLong());
        assertEquals("a", report.at("/recent_rejections/0/point").asText());
        assertEquals("fruit.fruit.dlq", report.path("dead_letter_topic").asText());
        assertEquals(404, api.get(COLLECTION + "/points/a").status(), "hidden, not old");
        JsonNode known = api.get(COLLECTION + "/points/b/explain").ok().at("/result/0");
        assertEquals(2, known.path("offset").asLong());
        assertTrue(known.path("alive").asBoolean());
        assertEquals(0, api.get(COLLECTION + "/points/nobody/explain").ok().path("result").size());
        String metrics = api.get("/metrics").body();
        assertTrue(
                metrics.contains("moraine_collection_rejected_records{collection=\"fruit\"")
                        && metrics.contains("reason=\"value-malformed\""),
                metrics);

        assertEquals(ExitCode.OK, run("dlq", "list", "fruit"));
        assertTrue(output().contains("\"code\" : \"value-malformed\""), output());
        assertEquals(ExitCode.OK, run("dlq", "replay", "fruit"));
        assertTrue(output().contains("\"replayed\" : 1"), output());
        await(api, r -> r.at("/rejected/value-malformed").asLong() == 2);
    }

    @Test
    void aHaltedPartitionIsResumedFromTheCommandLine() throws Exception {
        Api api = new Api(node.api());
        create(api, "{\"topic\": \"fruit\", \"partitions\": 1, \"errors\": \"halt\"}");
        try (TopicProducer producer = new TopicProducer(broker.bootstrapServers(), "fruit")) {
            producer.send("a", "no JSON").get();
            producer.send("a", "{\"vector\":[1,0],\"payload\":{}}").get();
        }
        JsonNode report = await(api, r -> r.at("/partitions/0/flags/0").asText().equals("halted"));
        assertTrue(report.at("/partitions/0/detail").asText().contains("offset 0"));
        assertEquals("red", api.get(COLLECTION).ok().at("/result/status").asText());
        assertEquals(ExitCode.OK, run("resume", "fruit", "--skip-bad-records"));
        await(api, r -> r.at("/partitions/0/applied").asLong() == 1);
        assertEquals(200, api.get(COLLECTION + "/points/a").status());

        assertEquals(ExitCode.OK, run("pause", "fruit"));
        await(api, r -> r.path("state").asText().equals("paused"));
        assertEquals(ExitCode.OK, run("resume", "fruit"));
        await(api, r -> r.path("state").asText().equals("running"));
        assertEquals(ExitCode.OK, run("status", "fruit"));
        assertTrue(output().contains("\"records_per_second\""), output());
        assertEquals(ExitCode.OK, run("ack-gap", "fruit"));
        assertEquals(ExitCode.USAGE, run("status", "nobody"));
        assertTrue(output().contains("collection_not_found"), output());
    }

    @Test
    void aCollectionIsRebuiltTakenBackAndFinished() throws Exception {
        Api api = new Api(node.api());
        create(api, "{\"topic\": \"fruit\", \"partitions\": 1}");
        try (TopicProducer producer = new TopicProducer(broker.bootstrapServers(), "fruit")) {
            for (int i = 0; i < 10; i++) {
                producer.send("k" + i, "{\"vector\":[1,0],\"payload\":{}}").get();
            }
        }
        await(api, r -> r.at("/partitions/0/applied").asLong() == 9);
        String before = api.get(COLLECTION).ok().at("/result/id").asText();
        assertEquals(ExitCode.OK, run("rebuild", "fruit", "--from-offsets", "0=7"));
        await(api, r -> r.at("/beside/role").asText().equals("previous"));
        assertEquals(3, api.get(COLLECTION).ok().at("/result/points_count").asLong());
        assertEquals(ExitCode.OK, run("rebuild", "fruit", "--back"));
        assertEquals(before, api.get(COLLECTION).ok().at("/result/id").asText());
        assertEquals(10, api.get(COLLECTION).ok().at("/result/points_count").asLong());
        assertEquals(ExitCode.OK, run("rebuild", "fruit", "--finish"));
        assertTrue(api.get(COLLECTION + "/ingest").ok().at("/result/beside").isMissingNode());
        assertEquals(ExitCode.USAGE, run("rebuild", "fruit", "--finish"));
        assertEquals(
                400,
                api.post(COLLECTION + "/ingest/rebuild", "{\"options\": {\"no_such\": 1}}")
                        .status());
        assertEquals(
                400,
                api.put(
                                "/collections/x",
                                "{\"vectors\":{\"size\":2,\"distance\":\"Dot\"},\"source\":{\"no_such\":1}}")
                        .status());
    }

    private static void create(Api api, String source) {
        api.put(
                        COLLECTION,
                        "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}, \"source\": %s}"
                                .formatted(source))
                .ok();
    }

    private static JsonNode await(Api api, Predicate<JsonNode> reached) throws Exception {
        JsonNode report = api.get(COLLECTION + "/ingest").ok().path("result");
        for (int i = 0; i < 600 && !reached.test(report); i++) {
            Thread.sleep(50);
            report = api.get(COLLECTION + "/ingest").ok().path("result");
        }
        assertTrue(reached.test(report), report.toString());
        return report;
    }

    private int run(String... command) {
        said.reset();
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.add("--url");
        arguments.add(node.api().toString());
        return Main.run(arguments.toArray(String[]::new));
    }

    private String output() {
        return said.text();
    }
}
