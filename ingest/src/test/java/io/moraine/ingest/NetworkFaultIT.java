package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.devbroker.DevBroker;
import io.moraine.devbroker.DevBrokerMain;
import io.moraine.ingest.definition.CollectionRequest;
import io.moraine.ingest.definition.RecordFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults K01, K02 and K03: connections that end or hang, a broker that dies. */
class NetworkFaultIT {

    private static final int RECORDS = 3_000;

    private final RandomGenerator random = Seeds.random(getClass());
    private final Map<String, String> newest = new TreeMap<>();
    private final Map<Integer, Long> acknowledged = new TreeMap<>();

    @TempDir Path directory;

    @Test
    void k01CutConnectionsLoseNothingAndDoubleNothing() throws Exception {
        try (FaultProxy proxy = new FaultProxy();
                DevBroker broker = DevBroker.start(directory.resolve("broker"), 0, proxy.port())) {
            proxy.forwardTo(broker.port());
            String servers = "127.0.0.1:" + proxy.port();
            try (TestNode node = TestNode.start(directory.resolve("node"), servers, "k01");
                    Producer<String, String> producer = producer(broker)) {
                LiveCollection collection = create(node);
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                for (int i = 0; i < RECORDS; i++) {
                    sent.add(send(producer, i));
                    if (i % 50 == 0) {
                        proxy.cut();
                        Thread.sleep(random.nextInt(30));
                    }
                }
                for (Future<RecordMetadata> one : sent) {
                    note(one.get(60, TimeUnit.SECONDS));
                }
                awaitAcknowledged(collection);
                assertTrue(proxy.cuts() > 50, "cuts: " + proxy.cuts());
                assertIsTheTopic(collection);
                assertEquals(RECORDS, collection.status().records(), "each was decoded once");
            }
        }
    }

    @Test
    void k02ABrokerThatHangsMakesAnswersStaleAndNothingElse() throws Exception {
        try (FaultProxy proxy = new FaultProxy();
                DevBroker broker = DevBroker.start(directory.resolve("broker"), 0, proxy.port())) {
            proxy.forwardTo(broker.port());
            String servers = "127.0.0.1:" + proxy.port();
            try (TestNode node = TestNode.start(directory.resolve("node"), servers, "k02");
                    Producer<String, String> producer = producer(broker)) {
                LiveCollection collection = create(node);
                for (int i = 0; i < 100; i++) {
                    note(send(producer, i).get());
                }
                awaitAcknowledged(collection);
                proxy.hang(true);
                TestNode.await(
                        () ->
                                collection.positions().stream()
                                        .allMatch(p ->
                                                p.freshness() == PartitionPosition.Freshness.STALE),
                        () -> collection.positions().toString());
                assertIsTheTopic(collection);
                proxy.hang(false);
                for (int i = 100; i < 200; i++) {
                    note(send(producer, i).get(60, TimeUnit.SECONDS));
                }
                awaitAcknowledged(collection);
                assertIsTheTopic(collection);
            }
        }
    }

    @Test
    void k03AKilledBrokerIsFollowedAgainWhenItIsBack() throws Exception {
        Path brokerDirectory = directory.resolve("broker");
        int port;
        try (FaultProxy free = new FaultProxy()) {
            port = free.port();
        }
        Process broker = startBroker(brokerDirectory, port);
        try (TestNode node = TestNode.start(directory.resolve("node"), "127.0.0.1:" + port, "k03");
                Producer<String, String> producer = producer("127.0.0.1:" + port)) {
            LiveCollection collection = create(node);
            for (int kill = 0; kill < 2; kill++) {
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                for (int i = 0; i < 500; i++) {
                    sent.add(send(producer, 1_000 * kill + i));
                }
                Thread.sleep(random.nextInt(100));
                broker.destroyForcibly().waitFor();
                broker = startBroker(brokerDirectory, port);
                for (Future<RecordMetadata> one : sent) {
                    note(one.get(60, TimeUnit.SECONDS));
                }
                awaitAcknowledged(collection);
                assertIsTheTopic(collection);
            }
        } finally {
            broker.destroyForcibly().waitFor();
        }
    }

    private static Process startBroker(Path brokerDirectory, int port) throws IOException {
        Process broker =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                DevBrokerMain.class.getName(),
                                brokerDirectory.toString(),
                                Integer.toString(port))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        BufferedReader out =
                new BufferedReader(
                        new java.io.InputStreamReader(
                                broker.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("ready ")) {
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                out.transferTo(java.io.Writer.nullWriter());
                            } catch (IOException ended) {
                                // With the process.
                            }
                        });
                return broker;
            }
        }
        throw new AssertionError("the broker did not start");
    }

    private LiveCollection create(TestNode node) {
        return node.create(
                new CollectionRequest("c", KafkaFixture.SCHEMA, "c", 2, true, RecordFormat.JSON));
    }

    private Future<RecordMetadata> send(Producer<String, String> producer, int i) {
        String key = "k" + random.nextInt(200);
        newest.put(key, "{=[%s, 1.0]} ".formatted((float) i));
        return producer.send(new ProducerRecord<>("c", key, "{\"vector\":[%d,1]}".formatted(i)));
    }

    private void note(RecordMetadata written) {
        acknowledged.merge(written.partition(), written.offset(), Math::max);
    }

    private void awaitAcknowledged(LiveCollection collection) {
        acknowledged.forEach((p, offset) -> TestNode.awaitApplied(collection, p, offset));
        TestNode.awaitFresh(collection);
    }

    private void assertIsTheTopic(LiveCollection collection) {
        assertEquals(newest.size(), TestNode.count(collection));
        newest.forEach((key, point) -> assertEquals(point, TestNode.point(collection, key)));
    }

    private static Producer<String, String> producer(DevBroker broker) {
        return producer(broker.bootstrapServers());
    }

    private static Producer<String, String> producer(String servers) {
        return new org.apache.kafka.clients.producer.KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        servers,
                        "enable.idempotence",
                        true,
                        "max.block.ms",
                        60_000,
                        "linger.ms",
                        2),
                new org.apache.kafka.common.serialization.StringSerializer(),
                new org.apache.kafka.common.serialization.StringSerializer());
    }
}
