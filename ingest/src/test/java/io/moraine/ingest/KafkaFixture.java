package io.moraine.ingest;

import io.moraine.devbroker.DevBroker;
import io.moraine.ingest.definition.CollectionRequest;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real broker for a class of tests, a node for each test, and a plain consumer that reads only
 * what is committed: the independent view of what a topic holds.
 */
abstract class KafkaFixture {

    static final CollectionSchema SCHEMA = CollectionSchema.single(2, Distance.DOT);

    @TempDir static Path brokerDirectory;
    static DevBroker broker;
    static Producer<String, String> producer;
    static Admin admin;

    @TempDir Path directory;
    TestNode node;
    String name;
    final Map<Integer, Long> produced = new TreeMap<>();

    @BeforeAll
    static void startBroker() {
        broker = DevBroker.start(brokerDirectory, 0);
        producer = TestNode.producer(broker, Map.of("linger.ms", 0));
        admin = TestNode.admin(broker);
    }

    @AfterAll
    static void stopBroker() {
        producer.close();
        admin.close();
        broker.close();
    }

    @BeforeEach
    void startNode(TestInfo test) {
        String method = test.getTestMethod().orElseThrow().getName();
        // A collection's name is not as long as a sentence may be.
        name =
                method.substring(0, Math.min(40, method.length()))
                        + "-"
                        + Integer.toHexString(method.hashCode());
        node = TestNode.start(directory, broker.bootstrapServers(), name);
    }

    void restartNode() {
        node = TestNode.start(directory, broker.bootstrapServers(), name);
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    LiveCollection create(int partitions, SourceOptions options) {
        return node.create(new CollectionRequest(name, SCHEMA, name, partitions, true, options));
    }

    void createTopic(String topic, int partitions, Map<String, String> configs) throws Exception {
        broker.createTopic(new NewTopic(topic, partitions, (short) 1).configs(configs));
    }

    RecordMetadata produce(ProducerRecord<String, String> record) throws Exception {
        RecordMetadata written = producer.send(record).get();
        if (record.topic().equals(name)) {
            produced.merge(written.partition(), written.offset(), Math::max);
        }
        return written;
    }

    RecordMetadata produce(@Nullable String key, @Nullable String value) throws Exception {
        return produce(new ProducerRecord<>(name, key, value));
    }

    RecordMetadata produceTo(int partition, @Nullable String key, @Nullable String value)
            throws Exception {
        return produce(new ProducerRecord<>(name, partition, key, value));
    }

    /** Waits until everything produced is applied, and the answer known to be fresh. */
    void awaitProduced(LiveCollection collection) {
        produced.forEach((p, offset) -> TestNode.awaitApplied(collection, p, offset));
        TestNode.awaitFresh(collection);
    }

    /** All committed records of a topic, in order of partitions and offsets. */
    static List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        return TopicOracle.read(Map.of("bootstrap.servers", broker.bootstrapServers()), topic);
    }

    /** What a read-committed consumer makes of the topic is what the collection has. */
    void assertIsTheTopic(LiveCollection collection) {
        TopicOracle.assertHolds(read(name), collection);
    }

    static String utf8(byte @Nullable [] bytes) {
        return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
    }
}
