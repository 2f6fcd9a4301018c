package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.deadletter.DeadLetters;
import io.moraine.ingest.definition.BadRecords;
import io.moraine.ingest.definition.BadRecords.Policy;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.format.RecordDecoder;
import io.moraine.ingest.partition.IngestStatus;
import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.ingest.streams.StreamsPlan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

/** Fault K15: records that cannot become points, under each policy. */
class BadRecordsIT extends KafkaFixture {

    @Test
    void k15DeadLettersAreTheRecordsThemselvesAndSayWhatIsWrong() throws Exception {
        LiveCollection collection = create(1, SourceOptions.DEFAULT);
        ProducerRecord<String, String> bad =
                new ProducerRecord<>(name, 0, 1_700_000_000_123L, "a", "{\"vector\":[1]}");
        bad.headers().add("traceparent", utf8Bytes("00-ab-cd-01"));
        produce(bad);
        produce("b", "{\"vector\":[0,1]}");
        awaitProduced(collection);

        List<ConsumerRecord<byte[], byte[]>> letters = read(name + "." + name + ".dlq");
        assertEquals(1, letters.size());
        ConsumerRecord<byte[], byte[]> letter = letters.getFirst();
        assertEquals("a", utf8(letter.key()));
        assertEquals("{\"vector\":[1]}", utf8(letter.value()));
        assertEquals(1_700_000_000_123L, letter.timestamp());
        Map<String, String> headers = new TreeMap<>();
        for (Header header : letter.headers()) {
            headers.put(header.key(), utf8(header.value()));
        }
        String message = headers.remove("__connect.errors.exception.message");
        assertTrue(message != null && message.contains("expected 2, got 1"), message);
        assertEquals(
                Map.ofEntries(
                        Map.entry("traceparent", "00-ab-cd-01"),
                        Map.entry("__connect.errors.topic", name),
                        Map.entry("__connect.errors.partition", "0"),
                        Map.entry("__connect.errors.offset", "0"),
                        Map.entry("__connect.errors.connector.name", name),
                        Map.entry("__connect.errors.task.id", "0"),
                        Map.entry("__connect.errors.stage", "VALUE_CONVERTER"),
                        Map.entry("__connect.errors.class.name", RecordDecoder.class.getName()),
                        Map.entry(
                                "__connect.errors.exception.class.name", Rejection.class.getName()),
                        Map.entry("moraine.errors.code", "vector-dimension"),
                        Map.entry("moraine.errors.collection", name)),
                headers);
        IngestStatus.RejectedRecord last = collection.status().recentRejections().getFirst();
        assertEquals("a", last.point());
        assertEquals(0, last.offset());
    }

    @Test
    void k15AFailedUpdateHidesItsPointUntilAGoodOneComes() throws Exception {
        LiveCollection collection = create(1, SourceOptions.DEFAULT);
        produce("a", "{\"vector\":[1,0]}");
        produce("b", "{\"vector\":[1,0]}");
        produce("a", "{\"vector\":[2,\"x\"]}");
        awaitProduced(collection);
        assertNull(TestNode.point(collection, "a"), "its old state is not served as if current");
        assertEquals("{=[1.0, 0.0]} ", TestNode.point(collection, "b"));
        produce("a", "{\"vector\":[3,0]}");
        awaitProduced(collection);
        assertEquals("{=[3.0, 0.0]} ", TestNode.point(collection, "a"));
    }

    @Test
    void k15AFailedUpdateKeepsItsPointWhereThatIsAskedFor() throws Exception {
        LiveCollection collection =
                create(1, SourceOptions.DEFAULT.with(new BadRecords(Policy.SKIP, "", false)));
        produce("a", "{\"vector\":[1,0]}");
        produce("a", "{\"vector\":[2,\"x\"]}");
        awaitProduced(collection);
        assertEquals("{=[1.0, 0.0]} ", TestNode.point(collection, "a"));
        assertEquals(Map.of(RejectionReason.VECTOR_MALFORMED, 1L), collection.status().rejected());
    }

    @Test
    void k15ManyBadRecordsAmongGoodOnesKeepTheOrderOfEachKey() throws Exception {
        createTopic(name, 2, Map.of()); // Not compacted: there Kafka refuses records without keys.
        LiveCollection collection = create(2, SourceOptions.DEFAULT);
        for (int i = 0; i < 300; i++) {
            produce("a", "{\"vector\":[%d,0]}".formatted(i));
            produce("bad" + i, "not JSON");
            produce("bad" + i, "nor this");
            produce(null, "{\"vector\":[1,1]}");
        }
        produce("a", "{\"vector\":[-1,0]}");
        awaitProduced(collection);
        assertEquals("{=[-1.0, 0.0]} ", TestNode.point(collection, "a"));
        assertEquals(1, TestNode.count(collection));
        List<ConsumerRecord<byte[], byte[]>> letters = read(name + "." + name + ".dlq");
        assertEquals(900, letters.size());
        Map<String, List<Long>> bySource = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> letter : letters) {
            bySource.computeIfAbsent(
                            SourceRecord.headerText(letter.headers(), "__connect.errors.partition")
                                    .orElseThrow(),
                            p -> new ArrayList<>())
                    .add(
                            Long.parseLong(
                                    SourceRecord.headerText(
                                                    letter.headers(), "__connect.errors.offset")
                                            .orElseThrow()));
        }
        for (List<Long> offsets : bySource.values()) {
            assertEquals(offsets.stream().sorted().distinct().toList(), offsets, "each once");
        }
    }

    @Test
    void k15HaltStopsThePartitionOfTheBadRecordAndNoOther() throws Exception {
        LiveCollection collection =
                create(2, SourceOptions.DEFAULT.with(new BadRecords(Policy.HALT, "", true)));
        produceTo(0, "a", "{\"vector\":[1,0]}");
        awaitProduced(collection);
        produceTo(0, "bad", "not JSON");
        produceTo(0, "a", "{\"vector\":[2,0]}");
        long other = produceTo(1, "b", "{\"vector\":[1,0]}").offset();
        TestNode.awaitApplied(collection, 1, other);
        awaitFlag(collection, 0, PartitionPosition.Flag.HALTED);
        assertEquals(0, collection.positions().get(0).appliedOffset());
        assertTrue(collection.positions().get(0).detail().contains("offset 1"));
        assertEquals("{=[1.0, 0.0]} ", TestNode.point(collection, "a"));
        assertEquals(Set.of(), collection.positions().get(1).flags());

        node.registry.resume(name, false, TestNode.TIMEOUT);
        other = produceTo(1, "c", "{\"vector\":[1,0]}").offset();
        TestNode.awaitApplied(collection, 1, other);
        awaitFlag(collection, 0, PartitionPosition.Flag.HALTED);
        assertEquals(0, collection.positions().get(0).appliedOffset(), "still as bad as before");
        assertGroupIsNotAheadOfTheDisk(collection);

        node.registry.resume(name, true, TestNode.TIMEOUT);
        awaitProduced(collection);
        assertEquals("{=[2.0, 0.0]} ", TestNode.point(collection, "a"));
        assertEquals(3, TestNode.count(collection));
        assertEquals(Set.of(), collection.positions().get(0).flags());
    }

    @Test
    void k15HaltOutlivesARestart() throws Exception {
        LiveCollection collection =
                create(1, SourceOptions.DEFAULT.with(new BadRecords(Policy.HALT, "", true)));
        produce("a", "{\"vector\":[1,0]}");
        produce("bad", "not JSON");
        produce("a", "{\"vector\":[2,0]}");
        awaitFlag(collection, 0, PartitionPosition.Flag.HALTED);
        node.close();
        restartNode();
        collection = node.find(name);
        awaitFlag(collection, 0, PartitionPosition.Flag.HALTED);
        assertEquals(0, collection.positions().get(0).appliedOffset());
        node.registry.resume(name, true, TestNode.TIMEOUT);
        awaitProduced(collection);
        assertEquals("{=[2.0, 0.0]} ", TestNode.point(collection, "a"));
    }

    @Test
    void k15ADeadLetterThatIsNotTakenHoldsItsPartitionUntilItIs() throws Exception {
        String topic = name + "-dead";
        createTopic(name, 1, Map.of());
        createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
        LiveCollection collection =
                create(1, SourceOptions.DEFAULT.with(new BadRecords(Policy.DLQ, topic, true)));
        // Kafka refuses a record without a key in a compacted topic.
        produce(null, "{\"vector\":[1,0]}");
        produce("a", "{\"vector\":[1,0]}");
        awaitFlag(collection, 0, PartitionPosition.Flag.HALTED);
        assertEquals(-1, collection.positions().get(0).appliedOffset());

        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Collection<AlterConfigOp> change =
                List.of(
                        new AlterConfigOp(
                                new ConfigEntry("cleanup.policy", "delete"),
                                AlterConfigOp.OpType.SET));
        admin.incrementalAlterConfigs(Map.of(resource, change)).all().get();
        awaitProduced(collection);
        assertEquals(1, read(topic).size());
        assertEquals(1, TestNode.count(collection));
    }

    @Test
    void k16AValueTooLargeForTheDeadLetterTopicIsLeftOutOfTheLetter() throws Exception {
        String topic = name + "-dead";
        createTopic(topic, 1, Map.of("max.message.bytes", "2000"));
        LiveCollection collection =
                create(1, SourceOptions.DEFAULT.with(new BadRecords(Policy.DLQ, topic, true)));
        produce("a", "x".repeat(5_000));
        awaitProduced(collection);
        ConsumerRecord<byte[], byte[]> letter = read(topic).getFirst();
        assertNull(letter.value());
        assertEquals(
                Optional.of("5000 bytes"),
                SourceRecord.headerText(letter.headers(), DeadLetters.VALUE_OMITTED));
    }

    @Test
    void k16RecordsAreTakenUpToTheLimitAndAreDeadLettersBeyond() throws Exception {
        createTopic(name, 1, Map.of("max.message.bytes", Integer.toString(90 << 20)));
        LiveCollection collection = create(1, SourceOptions.DEFAULT);
        // Room for what an operation holds beside its payload; the exact limit is
        // OperationFormat's.
        int overhead = 1 << 10;
        int limit = 64 << 20;
        try (Producer<String, String> large =
                TestNode.producer(
                        broker,
                        Map.of(
                                "max.request.size",
                                90 << 20,
                                "buffer.memory",
                                200L << 20,
                                "compression.type",
                                "lz4"))) {
            sendLarge(large, "below", limit - overhead);
            sendLarge(large, "beyond", limit + 1);
            sendLarge(large, "small", 10);
        }
        TestNode.awaitApplied(collection, 0, 2);
        assertEquals(2, TestNode.count(collection), "the one below the limit and its neighbour");
        assertNull(TestNode.point(collection, "beyond"));
        ConsumerRecord<byte[], byte[]> letter = read(collection.deadLetterTopic()).getFirst();
        assertEquals("beyond", utf8(letter.key()));
        assertEquals(
                Optional.of("operation-invalid"),
                SourceRecord.headerText(letter.headers(), "moraine.errors.code"));
    }

    private void sendLarge(Producer<String, String> large, String key, int payloadBytes)
            throws Exception {
        String filler = "x".repeat(payloadBytes - "{\"p\":\"\"}".length());
        large.send(
                        new ProducerRecord<>(
                                name,
                                0,
                                key,
                                "{\"vector\":[1,0],\"payload\":{\"p\":\"%s\"}}".formatted(filler)))
                .get();
    }

    private void assertGroupIsNotAheadOfTheDisk(LiveCollection collection) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> group =
                admin.listConsumerGroupOffsets(StreamsPlan.applicationId(collection.definition()))
                        .partitionsToOffsetAndMetadata()
                        .get();
        for (PartitionPosition position : collection.positions()) {
            OffsetAndMetadata offset = group.get(new TopicPartition(name, position.partition()));
            assertTrue(
                    offset == null || offset.offset() <= position.durableOffset() + 1,
                    () -> offset + " " + position);
        }
    }

    private static void awaitFlag(
            LiveCollection collection, int partition, PartitionPosition.Flag flag) {
        TestNode.await(
                () -> collection.positions().get(partition).flags().contains(flag),
                () -> collection.positions() + " " + collection.status());
    }

    private static byte[] utf8Bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
