package io.moraine.ingest.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.definition.SourceDefinition;
import io.moraine.ingest.partition.DeadLetterSink;
import io.moraine.ingest.partition.PartitionWriters;
import io.moraine.storage.Shard;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a poll brought, on its way to real shards. */
class RecordFeedTest {

    private static final TopicPartition FIRST = new TopicPartition("topic", 0);
    private static final TopicPartition SECOND = new TopicPartition("topic", 1);
    private static final byte[] VALUE = "{\"vector\":[1,0]}".getBytes(StandardCharsets.UTF_8);

    private final VectorStore store;
    private final PartitionWriters writers;

    RecordFeedTest(@TempDir Path directory) {
        store = VectorStore.open(StorageConfig.defaults(directory.resolve("data")));
        writers =
                new PartitionWriters(
                        store,
                        new CollectionDefinition(
                                "c",
                                UUID.randomUUID(),
                                CollectionSchema.single(2, Distance.COSINE),
                                new SourceDefinition(
                                        "topic",
                                        UUID.randomUUID(),
                                        "cluster",
                                        2,
                                        RecordFormat.JSON),
                                Instant.EPOCH),
                        DeadLetterSink.none(),
                        Clock.systemUTC());
    }

    @AfterEach
    void close() {
        writers.close();
        store.close();
    }

    @Test
    void appliesAllThatAPollBroughtInTheOrderOfEachPartition() {
        RecordFeed feed = new RecordFeed(writers, Duration.ofHours(1));
        feed.add(records(Map.of(FIRST, 3, SECOND, 2)));
        assertEquals(5L * (VALUE.length + 2), writers.bufferedBytes());
        feed.apply();
        assertFalse(feed.isWaiting());
        assertEquals(0, writers.bufferedBytes());
        assertEquals(3, shard(FIRST).appliedOffset());
        assertEquals(2, shard(SECOND).appliedOffset());
        assertEquals(7, shard(FIRST).leaderEpoch());
    }

    @Test
    void stopsForTheNextPollWhenItTakesLongAndGoesOnAfterwards() {
        RecordFeed feed = new RecordFeed(writers, Duration.ZERO);
        feed.add(records(Map.of(FIRST, 3)));
        for (int applied = 1; applied <= 3; applied++) {
            assertTrue(feed.isWaiting());
            feed.apply();
            assertEquals(applied, shard(FIRST).appliedOffset());
        }
        assertFalse(feed.isWaiting());
    }

    @Test
    void dropsWhatWaitsOfPartitionsThatGo() {
        RecordFeed feed = new RecordFeed(writers, Duration.ofHours(1));
        feed.add(records(Map.of(FIRST, 3, SECOND, 2)));
        feed.forget(List.of(FIRST));
        assertEquals(2L * (VALUE.length + 2), writers.bufferedBytes());
        feed.apply();
        assertEquals(0, shard(FIRST).appliedOffset());
        assertEquals(2, shard(SECOND).appliedOffset());
        assertEquals(0, writers.bufferedBytes());
    }

    private Shard shard(TopicPartition partition) {
        return writers.open(partition.partition()).shard();
    }

    private static ConsumerRecords<byte[], ByteBuffer> records(
            Map<TopicPartition, Integer> counts) {
        Map<TopicPartition, List<ConsumerRecord<byte[], ByteBuffer>>> records = new HashMap<>();
        counts.forEach((partition, count) -> {
            List<ConsumerRecord<byte[], ByteBuffer>> batch = new ArrayList<>();
            for (int offset = 0; offset < count; offset++) {
                batch.add(record(partition, offset));
            }
            records.put(partition, batch);
        });
        return new ConsumerRecords<>(records, Map.of());
    }

    private static ConsumerRecord<byte[], ByteBuffer> record(
            TopicPartition partition, long offset) {
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                1,
                TimestampType.CREATE_TIME,
                2,
                VALUE.length,
                ("k" + offset).getBytes(StandardCharsets.UTF_8),
                ByteBuffer.wrap(VALUE),
                new RecordHeaders(),
                Optional.of(7));
    }
}
