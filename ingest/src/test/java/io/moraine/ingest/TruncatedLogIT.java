package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.devbroker.DevBroker;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.CollectionRequest;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.partition.IngestStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults K05 and K21: a broker that lost what it had acknowledged, and another cluster. */
class TruncatedLogIT {

    @TempDir Path directory;

    @Test
    void k05ALogThatLostRecordsIsNoticedAndTheCopyRebuiltFromWhatIsLeft() throws Exception {
        Path brokerDirectory = directory.resolve("broker");
        int port;
        try (DevBroker broker = DevBroker.start(brokerDirectory, 0);
                TestNode node =
                        TestNode.start(
                                directory.resolve("node"), broker.bootstrapServers(), "k05")) {
            port = broker.port();
            LiveCollection collection = create(node);
            produce(broker, "old", 20);
            TestNode.awaitApplied(collection, 0, 19);
            assertEquals(20, TestNode.count(collection));
        }
        loseRecords(brokerDirectory);
        try (DevBroker broker = DevBroker.start(brokerDirectory, port)) {
            produce(broker, "new", 5);
            try (TestNode node =
                    TestNode.start(directory.resolve("node"), broker.bootstrapServers(), "k05")) {
                assertEquals(20, TestNode.count(node.find("c")), "served as it was meanwhile");
                TestNode.await(
                        () ->
                                node.registry
                                        .besideRole("c")
                                        .filter(CollectionDefinition.Role.PREVIOUS::equals)
                                        .isPresent(),
                        () -> node.find("c").positions() + " " + node.find("c").status());
                LiveCollection rebuilt = node.find("c");
                assertEquals(5, TestNode.count(rebuilt));
                assertEquals("{=[1.0, 0.0]} ", TestNode.point(rebuilt, "new0"));
                List<PartitionPosition> before =
                        node.registry.beside("c").orElseThrow().positions();
                assertTrue(
                        before.getFirst().detail().contains("end=5 applied=20"), before::toString);
            }
        }
    }

    @Test
    void k21AnotherClusterAtTheAddressHaltsEverything() throws Exception {
        try (DevBroker broker = DevBroker.start(directory.resolve("broker"), 0);
                TestNode node =
                        TestNode.start(
                                directory.resolve("node"), broker.bootstrapServers(), "k21")) {
            LiveCollection collection = create(node);
            produce(broker, "old", 3);
            TestNode.awaitApplied(collection, 0, 2);
        }
        try (DevBroker other = DevBroker.start(directory.resolve("other"), 0)) {
            try (Admin admin = TestNode.admin(other)) {
                admin.createTopics(List.of(new NewTopic("c", 1, (short) 1))).all().get();
            }
            produce(other, "foreign", 10);
            try (TestNode node =
                    TestNode.start(directory.resolve("node"), other.bootstrapServers(), "k21")) {
                LiveCollection collection = node.find("c");
                TestNode.await(
                        () -> collection.status().state() == IngestStatus.State.HALTED,
                        () -> collection.status().toString());
                assertTrue(collection.status().detail().contains("another Kafka cluster"));
                assertEquals(3, TestNode.count(collection));
            }
        }
    }

    private static LiveCollection create(TestNode node) {
        return node.create(
                new CollectionRequest("c", KafkaFixture.SCHEMA, "c", 1, true, RecordFormat.JSON));
    }

    private static void produce(DevBroker broker, String prefix, int count) throws Exception {
        try (Producer<String, String> producer = TestNode.producer(broker, Map.of())) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>("c", 0, prefix + i, "{\"vector\":[1,0]}")).get();
            }
        }
    }

    /** Takes the records of the topic away as a lost disk would, and leaves the topic. */
    private static void loseRecords(Path brokerDirectory) throws IOException {
        Pattern records = Pattern.compile(".*/c-0/(?!partition\\.metadata$)[^/]+");
        Pattern checkpoints =
                Pattern.compile(
                        ".*/(recovery-point|replication-offset|log-start-offset)[^/]*-checkpoint");
        try (Stream<Path> files = Files.walk(brokerDirectory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (records.matcher(file.toString()).matches()
                        || checkpoints.matcher(file.toString()).matches()) {
                    Files.delete(file);
                }
            }
        }
    }
}
