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
import io.moraine.storage.Shard;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
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
 * What a consumer applies, hands out and tells its group; fault K06 where nobody else is looking: a
 * consumer alone, without Kafka Streams and without the watch that asks every so often. What a
 * plain one does is tested, too: the day it stops, ours need not ask any more.
 */
class ShardConsumerIT {

    private static final int OLD = 10;
    private static final int NEW = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String GROUP = "moraine-c";
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);
    private static final ConsumerRebalanceListener NO_LISTENER =
            new ConsumerRebalanceListener() {
                @Override
                public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

                @Override
                public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
            };

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private DevBroker broker;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Admin admin;

    @SuppressWarnings("NullAway.Init") // set before each test
    private VectorStore store;

    @SuppressWarnings("NullAway.Init") // set before each test
    private PartitionWriters writers;

    @SuppressWarnings("NullAway.Init") // set before each test
    private KafkaLink link;

    @SuppressWarnings("NullAway.Init") // set before each test
    private SourceWatch watch;

    @BeforeEach
    void start() throws Exception {
        broker = DevBroker.start(directory.resolve("broker"), 0);
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
        produce("old", OLD);
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
        store = VectorStore.open(StorageConfig.defaults(directory.resolve("data")));
        writers = new PartitionWriters(store, definition, DeadLetterSink.none(), Clock.systemUTC());
        link = new KafkaLink(KafkaSettings.of(broker.bootstrapServers()));
        watch =
                new SourceWatch(
                        link,
                        IngestSettings.defaults(directory.resolve("streams")),
                        Clock.systemUTC());
        watch.watch("t");
        writers.open(0);
    }

    @AfterEach
    void stop() {
        link.close();
        writers.close();
        store.close();
        admin.close();
        broker.close();
    }

    @Test
    void k06AConsumerHandsOutNothingOfATopicThatWasCreatedAnew() throws Exception {
        try (Consumer<byte[], byte[]> consumer =
                ShardConsumer.restoring(settings(), writers, watch)) {
            AtomicInteger read = new AtomicInteger();
            readOldThenNew(consumer, records -> read.addAndGet(records.count()), this::isForeign);
            assertEquals(OLD, read.get(), "none of the new topic's");
            assertTrue(isForeign());
        }
    }

    @Test
    void k06AConsumerAppliesNothingOfATopicThatWasCreatedAnew() throws Exception {
        try (Consumer<byte[], byte[]> consumer =
                ShardConsumer.applying(settings(), writers, watch, () -> false)) {
            readOldThenNew(
                    consumer,
                    records -> {
                        assertTrue(records.isEmpty(), "nobody else is to apply them");
                        return (int) writers.open(0).shard().appliedOffset();
                    },
                    this::isForeign);
            assertEquals(OLD, writers.open(0).shard().status().livePoints());
            assertTrue(isForeign());
        }
    }

    @Test
    void aPlainConsumerReadsOnInATopicThatWasCreatedAnew() throws Exception {
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            AtomicInteger read = new AtomicInteger();
            readOldThenNew(consumer, records -> read.addAndGet(records.count()), () -> false);
            assertEquals(NEW, read.get(), "old ones and foreign ones");
        }
    }

    @Test
    void aPausedConsumerReadsNothingUntilItGoesOn() {
        AtomicBoolean paused = new AtomicBoolean(true);
        try (Consumer<byte[], byte[]> consumer =
                ShardConsumer.applying(settings(), writers, watch, paused::get)) {
            consumer.assign(List.of(PARTITION));
            consumer.seek(PARTITION, 0);
            for (int i = 0; i < 10; i++) {
                consumer.poll(Duration.ofMillis(50));
            }
            assertEquals(0, writers.open(0).shard().appliedOffset());
            paused.set(false);
            pollUntil(consumer, () -> writers.open(0).shard().appliedOffset() == OLD);
        }
    }

    /** Kafka Streams does not resume what it had before a rebalance, since it never paused that. */
    @Test
    void k11WhatStaysIsReadOnAfterARebalanceThatFellIntoAPause() throws Exception {
        Map<String, Object> settings = new HashMap<>(settings());
        settings.put("auto.offset.reset", "earliest");
        settings.put("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
        AtomicBoolean paused = new AtomicBoolean();
        Shard shard = writers.open(0).shard();
        try (Consumer<byte[], byte[]> consumer =
                        ShardConsumer.applying(settings, writers, watch, paused::get);
                Consumer<byte[], byte[]> second =
                        new KafkaConsumer<>(
                                settings,
                                new ByteArrayDeserializer(),
                                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("t"), NO_LISTENER);
            pollUntil(consumer, () -> shard.appliedOffset() == OLD);
            paused.set(true);
            second.subscribe(List.of("t"));
            int alone = consumer.groupMetadata().generationId();
            pollUntil(
                    consumer,
                    () -> {
                        second.poll(Duration.ZERO);
                        return consumer.groupMetadata().generationId() > alone;
                    });
            assertEquals(Set.of(PARTITION), consumer.assignment());
            paused.set(false);
            produce("more", 1);
            pollUntil(consumer, () -> shard.appliedOffset() == OLD + 1);
        }
    }

    /** Between the two moments at which Kafka Streams asks for a group's offset, it may change. */
    @Test
    void k20NothingIsJumpedOverThatIsBelowTheGroupsOffset() throws Exception {
        try (Consumer<byte[], byte[]> plain =
                new KafkaConsumer<>(
                        settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            plain.assign(List.of(PARTITION));
            plain.commitSync(Map.of(PARTITION, new OffsetAndMetadata(OLD - 2)));
        }
        Shard shard = writers.open(0).shard();
        try (Consumer<byte[], byte[]> consumer =
                ShardConsumer.applying(settings(), writers, watch, () -> false)) {
            consumer.assign(List.of(PARTITION));
            pollUntil(consumer, () -> shard.appliedOffset() == OLD);
            assertEquals(OLD, shard.status().livePoints());
        }
    }

    /** What Kafka Streams has paused is restored still, and its group waits for more than that. */
    @Test
    void theGroupIsNotToldOfAPartitionThatIsStillRestored() throws Exception {
        try (Consumer<byte[], byte[]> consumer =
                ShardConsumer.applying(settings(), writers, watch, () -> false)) {
            consumer.assign(List.of(PARTITION));
            consumer.seek(PARTITION, 0);
            pollUntil(consumer, () -> told() == OLD);
            consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(OLD + NEW)));
            consumer.unsubscribe();
            consumer.assign(List.of(PARTITION));
            consumer.pause(List.of(PARTITION));
            for (int i = 0; i < 30; i++) {
                consumer.poll(Duration.ofMillis(50));
            }
        }
        assertEquals(OLD + NEW, told());
    }

    @Test
    void theGroupIsToldWhatIsSafeAndNoMore() throws Exception {
        Shard shard = writers.open(0).shard();
        try (Consumer<byte[], byte[]> consumer =
                ShardConsumer.applying(settings(), writers, watch, () -> false)) {
            consumer.assign(List.of(PARTITION));
            consumer.seek(PARTITION, 0);
            pollUntil(
                    consumer,
                    () -> {
                        long told = told();
                        assertTrue(told <= shard.durableOffset());
                        return told == OLD;
                    });
            produce("more", 1);
            pollUntil(consumer, () -> shard.appliedOffset() == OLD + 1);
            shard.sync();
        }
        assertEquals(OLD + 1, told(), "told once more at the end");
    }

    private long told() {
        try {
            OffsetAndMetadata told =
                    admin.listConsumerGroupOffsets(GROUP)
                            .partitionsToOffsetAndMetadata()
                            .get()
                            .get(PARTITION);
            return told == null ? -1 : told.offset();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private boolean isForeign() {
        return writers.isHalted(Set.of(Halt.Kind.FOREIGN));
    }

    /**
     * Reads the old records, has the topic created anew, reads on.
     *
     * @param read is given what each poll handed out, says how many came in all
     */
    private void readOldThenNew(
            Consumer<byte[], byte[]> consumer,
            ToIntFunction<ConsumerRecords<byte[], byte[]>> read,
            BooleanSupplier enough)
            throws Exception {
        consumer.assign(List.of(PARTITION));
        consumer.seek(PARTITION, 0);
        AtomicInteger count = new AtomicInteger();
        pollUntil(consumer, read, count, () -> count.get() >= OLD);
        assertEquals(OLD, count.get());
        recreate();
        pollUntil(consumer, read, count, () -> count.get() >= NEW || enough.getAsBoolean());
    }

    private static void pollUntil(Consumer<byte[], byte[]> consumer, BooleanSupplier reached) {
        pollUntil(consumer, records -> 0, new AtomicInteger(), reached);
        assertTrue(reached.getAsBoolean());
    }

    private static void pollUntil(
            Consumer<byte[], byte[]> consumer,
            ToIntFunction<ConsumerRecords<byte[], byte[]>> read,
            AtomicInteger count,
            BooleanSupplier reached) {
        Deadline deadline = Deadline.after(PATIENCE);
        while (!reached.getAsBoolean() && !deadline.isOver()) {
            count.set(read.applyAsInt(consumer.poll(Duration.ofMillis(100))));
        }
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
                "group.id",
                GROUP,
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
