package io.moraine.ingest.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.moraine.ingest.Seeds;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.definition.SourceDefinition;
import io.moraine.ingest.partition.Halt;
import io.moraine.ingest.partition.PartitionWriter;
import io.moraine.ingest.partition.PartitionWriters;
import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.PointId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records, holes and positions on their way to a real shard. */
class PartitionWriterTest {

    private static final TopicPartition PARTITION = new TopicPartition("topic", 0);
    private static final CollectionDefinition DEFINITION =
            new CollectionDefinition(
                    "c",
                    UUID.randomUUID(),
                    CollectionSchema.single(2, Distance.COSINE),
                    new SourceDefinition(
                            "topic", UUID.randomUUID(), "cluster", 1, RecordFormat.JSON),
                    Instant.EPOCH);

    private final List<Rejection> rejections = new ArrayList<>();
    private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);
    private final VectorStore store;
    private final PartitionWriters writers;
    private final PartitionWriter writer;
    private final ConsumedPositions positions;

    PartitionWriterTest(@TempDir Path directory) {
        store = VectorStore.open(StorageConfig.defaults(directory.resolve("data")));
        writers =
                new PartitionWriters(
                        store,
                        DEFINITION,
                        (_, rejection) -> {
                            rejections.add(rejection);
                            return sent;
                        },
                        Clock.systemUTC());
        writer = writers.open(0);
        positions = new ConsumedPositions(writers);
    }

    @AfterEach
    void close() {
        writers.close();
        store.close();
    }

    @Test
    void appliesEachOffsetOnceAndInOrder() {
        write(0, "{\"vector\":[1,0]}");
        write(1, "{\"vector\":[0,1]}");
        write(0, "not even decoded");
        assertEquals(2, writer.shard().appliedOffset());
        assertEquals(2, writers.records());
        assertEquals(List.of(), rejections);
    }

    @Test
    void aRejectedRecordCountsAsRead() {
        write(0, "{}");
        write(1, "{\"vector\":[0,0]}");
        write(2, "{\"vector\":[1,0]}");
        assertEquals(3, writer.shard().appliedOffset());
        assertEquals(
                List.of(RejectionReason.VECTOR_MISSING, RejectionReason.OPERATION_INVALID),
                rejections.stream().map(Rejection::reason).toList());
        assertEquals(1, writer.shard().status().livePoints());
    }

    @Test
    void rejectsComponentsThatAreNotFinite() {
        write(0, base64(Float.NaN, 1));
        write(1, base64(1, Float.POSITIVE_INFINITY));
        write(2, base64(Float.NEGATIVE_INFINITY, Float.NaN));
        write(3, "{\"vector\":[1e39,1]}");
        write(4, base64(Float.MAX_VALUE, Float.MIN_VALUE));
        assertEquals(5, writer.shard().appliedOffset());
        assertEquals(
                Collections.nCopies(4, RejectionReason.VECTOR_NOT_FINITE),
                rejections.stream().map(Rejection::reason).toList());
        assertEquals("vector: component 1 is not a finite number", rejections.get(1).message());
        assertEquals(1, writer.shard().status().livePoints());
    }

    @Test
    void passesOverABadRecordOnlyWhenItsDeadLetterIsSafe() {
        CompletableFuture<@Nullable Object> onItsWay = new CompletableFuture<>();
        sent = onItsWay;
        write(0, "{}");
        write(1, "{}");
        assertEquals(0, writer.shard().appliedOffset(), "both letters are on their way");
        assertEquals(2, rejections.size(), "and did not wait for each other");
        onItsWay.complete(null);
        write(2, "{\"vector\":[1,0]}");
        assertEquals(3, writer.shard().appliedOffset());
    }

    @Test
    void haltsWhenADeadLetterIsNotTakenAndGoesOnFromThere() {
        sent = CompletableFuture.failedFuture(new IllegalStateException("no"));
        write(0, "{\"vector\":[1,0]}");
        write(1, "{}");
        write(2, "{\"vector\":[1,0]}");
        write(3, "{\"vector\":[1,0]}");
        positions.reached(0, 4, -1);
        assertEquals(1, writer.shard().appliedOffset(), "not moved over what is not applied");
        assertEquals(Optional.of(Halt.Kind.DEAD_LETTER), writer.halt().map(Halt::kind));
        writer.release();
        sent = CompletableFuture.completedFuture(null);
        for (int offset = 1; offset < 4; offset++) {
            write(offset, offset == 1 ? "{}" : "{\"vector\":[1,0]}");
        }
        assertEquals(4, writer.shard().appliedOffset());
        assertEquals(3, writer.shard().status().livePoints());
    }

    @Test
    void sendsNoDeadLettersForWhatIsRestored() {
        sent = CompletableFuture.failedFuture(new IllegalStateException("no"));
        writer.restore(record(0, "{}"), -1);
        writer.restore(record(1, "{\"vector\":[1,0]}"), -1);
        assertEquals(2, writer.shard().appliedOffset());
        assertEquals(List.of(), rejections);
    }

    @Test
    void k14ThousandRedeliveriesLeaveThePointsAsTheyWere() {
        RandomGenerator random = Seeds.random(getClass());
        List<SourceRecord> log = new ArrayList<>();
        for (int offset = 0; offset < 400; offset++) {
            byte[] key = ("k" + random.nextInt(40)).getBytes(StandardCharsets.UTF_8);
            byte[] value =
                    switch (random.nextInt(6)) {
                        case 0 -> null;
                        case 1 -> "{".getBytes(StandardCharsets.UTF_8);
                        default ->
                                "{\"vector\":[%d,1]}"
                                        .formatted(offset)
                                        .getBytes(StandardCharsets.UTF_8);
                    };
            log.add(new SourceRecord(0, offset, 1, key, value, new RecordHeaders()));
        }
        log.forEach(record -> writer.write(record, -1));
        writer.settle();
        String digest = digest();
        for (int i = 0; i < 1_000; i++) {
            int from = random.nextInt(log.size());
            int to = random.nextInt(from, log.size()) + 1;
            boolean restored = random.nextBoolean();
            for (SourceRecord record : log.subList(from, to)) {
                if (restored) {
                    writer.restore(record, -1);
                } else {
                    writer.write(record, -1);
                }
            }
        }
        assertEquals(digest, digest());
        assertEquals(400, writer.shard().appliedOffset());
        assertEquals(400, writers.records(), "nothing was decoded twice");
    }

    private String digest() {
        StringBuilder points = new StringBuilder();
        try (ShardSnapshot snapshot = writer.shard().snapshot()) {
            for (int i = 0; i < 40; i++) {
                snapshot.point(PointId.of("k" + i), true, Set.of(0))
                        .ifPresent(point ->
                                points.append(point.id())
                                        .append(point.offset())
                                        .append(Arrays.toString(point.vectors().get(""))));
            }
        }
        return points.toString();
    }

    @Test
    void tellsKafkaStreamsTheLastSafeOffsetInclusively() {
        ShardStateStore state = ShardStateStore.builder(writers).build();
        state.attach(0);
        assertNull(state.committedOffset(PARTITION), "nothing is safe yet: from the beginning");
        write(0, "{\"vector\":[1,0]}");
        write(1, "{\"vector\":[1,0]}");
        state.commit(Map.of());
        writer.shard().sync();
        assertEquals(Optional.of(1L), Optional.ofNullable(state.committedOffset(PARTITION)));
        state.close();
    }

    @Test
    void k10MovesOverMarkersOnlyWhenAllDeliveredRecordsAreApplied() {
        positions.reached(0, 0, -1);
        positions.delivered(delivered(0, 1));
        positions.reached(0, 4, -1);
        assertEquals(0, writer.shard().appliedOffset(), "both records wait in a buffer");
        write(0, "{\"vector\":[1,0]}");
        positions.reached(0, 4, -1);
        assertEquals(1, writer.shard().appliedOffset(), "one still waits");
        write(1, "{\"vector\":[1,0]}");
        positions.reached(0, 4, -1);
        assertEquals(4, writer.shard().appliedOffset());
    }

    @Test
    void neverJumpsOverWhatIsStillToBeRestored() {
        positions.delivered(delivered(0));
        write(0, "{\"vector\":[1,0]}");
        positions.reached(0, 1, -1);
        positions.forget(List.of(PARTITION));
        // Elsewhere records 1 to 199 were processed; the partition comes back at 200.
        positions.reached(0, 200, -1);
        assertEquals(1, writer.shard().appliedOffset());
        positions.sought(0, 300);
        positions.reached(0, 300, -1);
        assertEquals(1, writer.shard().appliedOffset());
    }

    private void write(long offset, String value) {
        writer.write(record(offset, value), -1);
    }

    private static String base64(float... components) {
        ByteBuffer bytes =
                ByteBuffer.allocate(4 * components.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(components);
        return "{\"vector\":\"" + Base64.getEncoder().encodeToString(bytes.array()) + "\"}";
    }

    private static SourceRecord record(long offset, String value) {
        return new SourceRecord(
                0,
                offset,
                1,
                ("k" + offset).getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8),
                new RecordHeaders());
    }

    private static ConsumerRecords<byte[], byte[]> delivered(long... offsets) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (long offset : offsets) {
            records.add(record(offset, 0));
        }
        return new ConsumerRecords<>(
                Map.of(PARTITION, records),
                Map.of(PARTITION, new OffsetAndMetadata(offsets[offsets.length - 1] + 1)));
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, int epoch) {
        return new ConsumerRecord<>(
                PARTITION.topic(),
                PARTITION.partition(),
                offset,
                1,
                TimestampType.CREATE_TIME,
                0,
                0,
                new byte[0],
                new byte[0],
                new RecordHeaders(),
                Optional.of(epoch));
    }
}
