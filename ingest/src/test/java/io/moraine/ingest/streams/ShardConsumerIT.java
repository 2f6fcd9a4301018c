package io.moraine.ingest.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.devbroker.DevBroker;
import io.moraine.ingest.client.Deadline;
import io.moraine.ingest.client.IngestSettings;
import io.moraine.ingest.client.KafkaLink;
import io.moraine.ingest.client.KafkaSettings;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.definition.SourceDefinition;
import io.moraine.ingest.partition.DeadLetterSink;
import io.moraine.ingest.partition.Halt;
import io.moraine.ingest.partition.PartitionWriters;
import io.moraine.ingest.topic.SourceWatch;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fault K06 where nobody else is looking: a consumer alone, without Kafka Streams and without the
 * watch that asks every so often. What a plain one does is tested, too: the day it stops, ours need
 * not ask any more.
 */
class ShardConsumerIT {

    private static final int OLD = 10;
    private static final int NEW = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private DevBroker broker;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Admin admin;

    @BeforeEach
    void start() throws Exception {
        broker = DevBroker.start(directory.resolve("broker"), 0);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
        produce("old", OLD);
    }

    @AfterEach
    void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void k06AConsumerHandsOutNothingOfATopicThatWasCreatedAnew() throws Exception {
        Uuid topicId =
                Objects.requireNonNull(
                                admin.describeTopics(List.of("t")).allTopicNames().get().get("t"))
                        .topicId();
        CollectionDefinition definition =
                new CollectionDefinition(
                        "c",
                        UUID.randomUUID(),
                        CollectionSchema.single(2, Distance.DOT),
                        new SourceDefinition(
                                "t",
                                new UUID(
                                        topicId.getMostSignificantBits(),
                                        topicId.getLeastSignificantBits()),
                                broker.clusterId(),
                                1,
                                RecordFormat.JSON),
                        Instant.EPOCH);
        try (VectorStore store =
                        VectorStore.open(StorageConfig.defaults(directory.resolve("data")));
                PartitionWriters writers =
                        new PartitionWriters(
                                store, definition, DeadLetterSink.none(), Clock.systemUTC());
                KafkaLink link = new KafkaLink(KafkaSettings.of(broker.bootstrapServers()))) {
            SourceWatch watch =
                    new SourceWatch(
                            link,
                            IngestSettings.defaults(directory.resolve("streams")),
                            Clock.systemUTC());
            watch.watch("t");
            writers.open(0);
            try (Consumer<byte[], byte[]> consumer =
                    ShardConsumer.open(settings(), writers, watch)) {
                int read =
                        readOldThenNew(consumer, () -> writers.isHalted(Set.of(Halt.Kind.FOREIGN)));
                assertEquals(OLD, read, "none of the new topic's");
                assertTrue(writers.isHalted(Set.of(Halt.Kind.FOREIGN)));
            }
        }
    }

    @Test
    void aPlainConsumerReadsOnInATopicThatWasCreatedAnew() throws Exception {
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            assertEquals(NEW, readOldThenNew(consumer, () -> false), "old ones and foreign ones");
        }
    }

    /** Reads the old records, has the topic created anew, reads on; how many came in all. */
    private int readOldThenNew(Consumer<byte[], byte[]> consumer, BooleanSupplier enough)
            throws Exception {
        consumer.assign(List.of(PARTITION));
        consumer.seek(PARTITION, 0);
        int read = 0;
        Deadline deadline = Deadline.after(PATIENCE);
        while (read < OLD && !deadline.isOver()) {
            read += consumer.poll(Duration.ofMillis(100)).count();
        }
        assertEquals(OLD, read);
        recreate();
        Deadline again = Deadline.after(PATIENCE);
        while (read < NEW && !enough.getAsBoolean() && !again.isOver()) {
            read += consumer.poll(Duration.ofMillis(100)).count();
        }
        return read;
    }

    private void recreate() throws Exception {
        admin.deleteTopics(List.of("t")).all().get();
        while (true) {
            try {
                admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
                break;
            } catch (ExecutionException e) {
                assertTrue(e.getCause() instanceof TopicExistsException, e::toString);
            }
        }
        produce("new", NEW);
    }

    private void produce(String prefix, int count) throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>("t", 0, prefix + i, "{\"vector\":[1,0]}")).get();
            }
        }
    }

    private Map<String, Object> settings() {
        return Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "auto.offset.reset",
                "none",
                "enable.auto.commit",
                false,
                "key.deserializer",
                ByteArrayDeserializer.class,
                "value.deserializer",
                ByteArrayDeserializer.class);
    }
}
