package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.CollectionRequest;
import io.moraine.ingest.definition.RecordFormat;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import kafka.server.BrokerServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fault K05 behind a change of leaders: a replica that lacks records becomes the leader, and writes
 * others in their place. Where the log ends tells nothing then: it is as long, or longer.
 */
class LeaderChangeIT {

    private static final int FIRST = 0;
    private static final int SECOND = 1;

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private KafkaClusterTestKit cluster;

    @BeforeEach
    void startCluster() throws Exception {
        cluster =
                new KafkaClusterTestKit.Builder(
                                new TestKitNodes.Builder()
                                        .setNumBrokerNodes(2)
                                        .setNumControllerNodes(1)
                                        .build())
                        .setConfigProp("default.replication.factor", "2")
                        .setConfigProp("offsets.topic.replication.factor", "2")
                        .setConfigProp("offsets.topic.num.partitions", "2")
                        .setConfigProp("min.insync.replicas", "1")
                        .setConfigProp("unclean.leader.election.enable", "true")
                        .setConfigProp("group.initial.rebalance.delay.ms", "0")
                        .setConfigProp("broker.session.timeout.ms", "3000")
                        .setConfigProp("broker.heartbeat.interval.ms", "500")
                        .build();
        cluster.format();
        cluster.startup();
        cluster.waitForReadyBrokers();
    }

    @AfterEach
    void stopCluster() throws Exception {
        cluster.close();
    }

    @Test
    void k05ADivergentEndIsNoticedWhileReading() throws Exception {
        try (TestNode node = start()) {
            LiveCollection collection = fill(node);
            UUID before = collection.definition().id();
            diverge();
            awaitRebuilt(node, before);
        }
    }

    @Test
    void k05ADivergentEndIsNoticedAfterARestart() throws Exception {
        UUID before;
        try (TestNode node = start()) {
            before = fill(node).definition().id();
        }
        diverge();
        try (TestNode node = start()) {
            assertEquals(15, TestNode.count(node.find("c")), "served as it was meanwhile");
            awaitRebuilt(node, before);
        }
    }

    private TestNode start() {
        return TestNode.start(directory, cluster.bootstrapServers(), "k05");
    }

    /** Ten records on both brokers, then five on the first alone. */
    private LiveCollection fill(TestNode node) throws Exception {
        try (Admin admin = cluster.admin()) {
            admin.createTopics(List.of(new NewTopic("c", Map.of(0, List.of(FIRST, SECOND)))))
                    .all()
                    .get();
        }
        LiveCollection collection =
                node.create(
                        new CollectionRequest(
                                "c", KafkaFixture.SCHEMA, "c", 1, false, RecordFormat.JSON));
        produce("all", "old", 10);
        TestNode.awaitApplied(collection, 0, 9);
        broker(SECOND).shutdown();
        produce("1", "lost", 5);
        TestNode.awaitApplied(collection, 0, 14);
        ((FollowedCollection) collection).writers().find(0).orElseThrow().shard().sync();
        return collection;
    }

    /** The second broker, which has ten records, becomes the leader and takes eight others. */
    private void diverge() throws Exception {
        broker(FIRST).shutdown();
        broker(SECOND).startup();
        produce("1", "new", 8);
    }

    private void awaitRebuilt(TestNode node, UUID before) {
        TestNode.await(
                () -> !node.find("c").definition().id().equals(before),
                () -> node.find("c").positions() + " " + node.find("c").status());
        LiveCollection rebuilt = node.find("c");
        TestNode.awaitFresh(rebuilt);
        TopicOracle.assertHolds(TopicOracle.read(client(), "c"), rebuilt);
        assertEquals(18, TestNode.count(rebuilt));
        assertEquals(
                CollectionDefinition.Role.PREVIOUS, node.registry.besideRole("c").orElseThrow());
        PartitionPosition old = node.registry.beside("c").orElseThrow().positions().getFirst();
        assertTrue(old.detail().contains("end=10 applied=15"), old::toString);
    }

    private BrokerServer broker(int id) {
        return Objects.requireNonNull(cluster.brokers().get(id), "no such broker");
    }

    private Map<String, Object> client() {
        return Map.of("bootstrap.servers", cluster.bootstrapServers());
    }

    private void produce(String acks, String prefix, int count) throws Exception {
        Map<String, Object> settings = new HashMap<>(client());
        settings.put("acks", acks);
        settings.put("enable.idempotence", false);
        try (Producer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < count; i++) {
                producer.send(
                                new ProducerRecord<>(
                                        "c", 0, prefix + i, "{\"vector\":[%d,0]}".formatted(i)))
                        .get();
            }
        }
    }
}
