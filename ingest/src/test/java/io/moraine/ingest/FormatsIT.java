package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.moraine.ingest.definition.Partitioner;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PointChange;
import io.moraine.storage.model.PointId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** From a plain Kafka client, in each format, to a point; and changes of a part; and versions. */
class FormatsIT extends KafkaFixture {

    @Test
    void mappedJsonBecomesPointsAndHttpWritesJoinThem() throws Exception {
        LiveCollection collection =
                create(
                        2,
                        SourceOptions.parse(
                                "json",
                                "{\"fields\":{\"vector\":\"e.v\",\"payload\":\"*\"},\"id\":{\"field\":\"id\"}}"));
        produce("some-key", "{\"id\":\"doc\",\"e\":{\"v\":[1,2]},\"title\":\"t\"}");
        awaitProduced(collection);
        assertEquals(
                "{=[1.0, 2.0]} {\"id\":\"doc\",\"title\":\"t\"}",
                TestNode.point(collection, "doc"));
        write(collection, upsert("doc", 5, 6));
        assertEquals("{=[5.0, 6.0]} {}", TestNode.point(collection, "doc"));
        assertEquals(1, TestNode.count(collection));
        write(collection, new PointChange.Delete(PointId.of("doc")));
        assertEquals(0, TestNode.count(collection));
    }

    @Test
    void cloudEventsBecomePoints() throws Exception {
        LiveCollection collection =
                create(
                        1,
                        SourceOptions.parse("cloudevents", "{\"id\":{\"header\":\"ce_subject\"}}"));
        ProducerRecord<String, String> binary =
                new ProducerRecord<>(name, "k1", "{\"vector\":[1,0],\"payload\":{\"mode\":1}}");
        binary.headers().add("ce_specversion", bytes("1.0")).add("ce_subject", bytes("a"));
        produce(binary);
        ProducerRecord<String, String> structured =
                new ProducerRecord<>(
                        name,
                        "k2",
                        "{\"specversion\":\"1.0\",\"subject\":\"b\",\"data\":{\"vector\":[0,1]}}");
        structured.headers().add("content-type", bytes("application/cloudevents+json"));
        produce(structured);
        awaitProduced(collection);
        assertEquals("{=[1.0, 0.0]} {\"mode\":1}", TestNode.point(collection, "a"));
        assertEquals("{=[0.0, 1.0]} ", TestNode.point(collection, "b"));
    }

    @Test
    void recordsChangePartsOfPoints() throws Exception {
        LiveCollection collection = create(1, SourceOptions.DEFAULT);
        produce("a", "{\"vector\":[1,0],\"payload\":{\"x\":1,\"y\":2}}");
        ProducerRecord<String, String> set =
                new ProducerRecord<>(name, "a", "{\"payload\":{\"x\":3}}");
        set.headers().add("moraine-op", bytes("set_payload"));
        produce(set);
        awaitProduced(collection);
        assertEquals("{=[1.0, 0.0]} {\"y\":2,\"x\":3}", TestNode.point(collection, "a"));
        write(
                collection,
                new PointChange.Partial(
                        PointId.of("a"),
                        OperationKind.UPDATE_VECTORS,
                        Map.of("", new float[] {7, 7}),
                        "",
                        List.of()));
        write(
                collection,
                new PointChange.Partial(
                        PointId.of("a"), OperationKind.DELETE_PAYLOAD, Map.of(), "", List.of("y")));
        assertEquals("{=[7.0, 7.0]} {\"x\":3}", TestNode.point(collection, "a"));
    }

    @Test
    void theHigherVersionWinsWhateverTheOrderAndDeletesCount() throws Exception {
        LiveCollection collection =
                create(
                        1,
                        SourceOptions.parse(
                                "json",
                                "{\"version\":{\"field\":\"v\"},\"operation\":{\"field\":\"op\"}}"));
        produce("a", "{\"v\":5,\"vector\":[5,0]}");
        produce("a", "{\"v\":3,\"vector\":[3,0]}");
        produce("b", "{\"v\":9,\"op\":\"delete\"}");
        produce("b", "{\"v\":8,\"vector\":[8,0]}");
        awaitProduced(collection);
        assertEquals("{=[5.0, 0.0]} ", TestNode.point(collection, "a"));
        assertNull(TestNode.point(collection, "b"));
        assertEquals(2, collection.shard(0).orElseThrow().status().operations().stale());
        produce("b", "{\"v\":10,\"vector\":[10,0]}");
        awaitProduced(collection);
        assertEquals("{=[10.0, 0.0]} ", TestNode.point(collection, "b"));
    }

    @Test
    void k18OneIdInTwoPartitionsIsCountedAndChangedWhereItIs() throws Exception {
        LiveCollection collection = create(2, SourceOptions.DEFAULT);
        int usual = Partitioner.MURMUR2.partition(bytes("a"), 2);
        produceTo(1 - usual, "a", "{\"vector\":[1,0]}");
        awaitProduced(collection);
        assertEquals(1, collection.status().misplaced());
        assertEquals(0, collection.status().conflicts());
        write(collection, upsert("a", 2, 0));
        assertEquals(1, TestNode.count(collection), "written where the point is");
        produceTo(usual, "a", "{\"vector\":[3,0]}");
        awaitProduced(collection);
        assertEquals(1, collection.status().conflicts());
        assertEquals(2, TestNode.count(collection));
        write(collection, new PointChange.Delete(PointId.of("a")));
        assertEquals(0, TestNode.count(collection), "both copies are deleted");
    }

    @Test
    void thePartitionersAreThoseOfTheirClients() {
        // CRC-32 of "123456789" is 0xCBF43926 (the check value of the algorithm).
        assertEquals((int) (0xCBF43926L % 7), Partitioner.CRC32.partition(bytes("123456789"), 7));
        for (int i = 0; i < 100; i++) {
            byte[] key = bytes("key-" + i);
            int expected =
                    org.apache.kafka.clients.producer.internals.BuiltInPartitioner.partitionForKey(
                            key, 12);
            assertEquals(expected, Partitioner.MURMUR2.partition(key, 12));
        }
        assertNotEquals(
                Partitioner.CRC32.partition(bytes("a"), 1000),
                Partitioner.MURMUR2.partition(bytes("a"), 1000));
    }

    private static void write(LiveCollection collection, PointChange change) throws Exception {
        SortedMap<Integer, Long> offsets =
                collection.write(List.of(change)).get(30, TimeUnit.SECONDS);
        offsets.forEach((p, offset) -> TestNode.awaitApplied(collection, p, offset));
    }

    private static PointChange upsert(String key, float... vector) {
        return new PointChange.Upsert(PointId.of(key), Map.of("", vector), bytes("{}"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
