package io.moraine.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.devbroker.DevBroker;
import io.moraine.ingest.CollectionRegistry;
import io.moraine.ingest.LiveCollection;
import io.moraine.ingest.client.IngestSettings;
import io.moraine.ingest.client.KafkaSettings;
import io.moraine.ingest.definition.CollectionRequest;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.SearchRequest;
import io.moraine.storage.model.StoredPoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a plain Kafka client with the formats' own libraries, by way of a registry, to a search
 * answer.
 */
abstract class SchemaFormatsContract {

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    @TempDir static Path brokerDirectory;
    static DevBroker broker;
    static KafkaProducer<byte[], byte[]> producer;

    @TempDir Path directory;
    private VectorStore store;
    CollectionRegistry node;
    String name = "";

    /** The registry, running. */
    abstract TestedRegistry registry();

    @BeforeAll
    static void startBroker() {
        broker = DevBroker.start(brokerDirectory, 0);
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 0),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    @AfterAll
    static void stopBroker() {
        producer.close();
        broker.close();
    }

    @BeforeEach
    void startNode(TestInfo test) {
        name = "t" + Integer.toHexString((getClass() + test.getDisplayName()).hashCode());
        store = VectorStore.open(StorageConfig.defaults(directory.resolve("data")));
        node =
                CollectionRegistry.start(
                        store,
                        KafkaSettings.of(broker.bootstrapServers()),
                        IngestSettings.defaults(directory.resolve("streams"))
                                .withSchemaRegistry(Map.of("url", registry().url())),
                        Clock.systemUTC());
    }

    @AfterEach
    void stopNode() {
        // Or the next node, which is another member of its group, would wait for this one.
        var _ = node.delete(name, TIMEOUT);
        node.close();
        store.close();
    }

    @Test
    void avro() throws Exception {
        int schema = registry().register(name, "AVRO", Samples.AVRO, Map.of());
        LiveCollection collection = create("avro", "{}");
        send("far", Samples.avro(schema, "a", new float[] {0, 1}, 1));
        send("near", Samples.avro(schema, "b", new float[] {2, 0}, 2));
        assertFinds(collection, "near", "{\"n\":2}");
    }

    @Test
    void avroWithIdsAndPayloadFromFields() throws Exception {
        int schema = registry().register(name, "AVRO", Samples.AVRO, Map.of());
        LiveCollection collection =
                create(
                        "avro",
                        "{\"id\": {\"field\": \"id\"}, \"fields\": {\"payload\": \"*\","
                                + " \"exclude\": [\"id\"]}}");
        send("k", Samples.avro(schema, "far", new float[] {0, 1}, 1));
        send("k", Samples.avro(schema, "near", new float[] {2, 0}, 2));
        assertFinds(collection, "near", "{\"payload\":{\"n\":2}}");
    }

    @Test
    void protobuf() throws Exception {
        int schema = registry().register(name, "PROTOBUF", Samples.PROTOBUF, Map.of());
        LiveCollection collection = create("protobuf", "{}");
        send("far", Samples.protobuf(schema, "a", new float[] {0, 1}, 1));
        send("near", Samples.protobuf(schema, "b", new float[] {2, 0}, 2));
        assertFinds(collection, "near", "{\"n\":2}");
    }

    @Test
    void protobufThatRefersToAnotherSchema() throws Exception {
        String payload = "syntax = \"proto3\"; package p; message Payload { int32 n = 1; }";
        String doc =
                "syntax = \"proto3\"; import \"payload.proto\"; message Doc { repeated float vector"
                        + " = 2; p.Payload payload = 3; }";
        var _ = registry().register(name + "-p", "PROTOBUF", payload, Map.of());
        int schema =
                registry().register(name, "PROTOBUF", doc, Map.of("payload.proto", name + "-p"));
        LiveCollection collection = create("protobuf", "{}");
        byte[] framed = Samples.protobuf(schema, "", new float[] {2, 0}, 2);
        // The first message of its file here: a single 0 says so.
        byte[] value = new byte[framed.length - 1];
        System.arraycopy(framed, 0, value, 0, 5);
        System.arraycopy(framed, 7, value, 6, framed.length - 7);
        send("near", value);
        assertFinds(collection, "near", "{\"n\":2}");
    }

    @Test
    void jsonSchema() throws Exception {
        int schema = registry().register(name, "JSON", Samples.JSON_SCHEMA, Map.of());
        LiveCollection collection = create("json-schema", "{}");
        send("far", Samples.framed(schema, utf8("{\"vector\":[0,1]}")));
        send("near", Samples.framed(schema, utf8("{\"vector\":[2,0],\"payload\":{\"n\":2}}")));
        assertFinds(collection, "near", "{\"n\":2}");
    }

    @Test
    void nullDeletesAndAnUnknownSchemaIsADeadLetter() throws Exception {
        int schema = registry().register(name, "AVRO", Samples.AVRO, Map.of());
        LiveCollection collection = create("avro", "{}");
        send("gone", Samples.avro(schema, "", new float[] {3, 0}, 1));
        send("gone", null);
        send("unknown", Samples.avro(1_000_000, "", new float[] {4, 0}, 1));
        send("near", Samples.avro(schema, "", new float[] {2, 0}, 2));
        assertFinds(collection, "near", "{\"n\":2}");
        assertEquals(Map.of(RejectionReason.SCHEMA_UNKNOWN, 1L), collection.status().rejected());
    }

    LiveCollection create(String format, String options) {
        return node.create(
                new CollectionRequest(
                        name,
                        CollectionSchema.single(2, Distance.DOT),
                        name,
                        1,
                        true,
                        SourceOptions.parse(format, options)),
                TIMEOUT);
    }

    void send(String key, byte @Nullable [] value) throws Exception {
        producer.send(new ProducerRecord<>(name, 0, utf8(key), value)).get();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The point nearest to (1, 0), once there is what is expected, and its payload. */
    void assertFinds(LiveCollection collection, String key, String payload) throws Exception {
        await(
                () -> found(collection).equals(key + " " + payload),
                () -> found(collection) + " " + collection.status());
    }

    private static String found(LiveCollection collection) {
        try (ShardSnapshot snapshot = collection.shard(0).orElseThrow().snapshot()) {
            for (Hit hit : snapshot.search(SearchRequest.nearest(0, new float[] {1, 0}, 1))) {
                StoredPoint point = snapshot.point(hit, true, Set.of(0));
                return point.id() + " " + new String(point.payload(), StandardCharsets.UTF_8);
            }
            return "nothing";
        }
    }

    static void await(BooleanSupplier reached, Supplier<String> state) throws InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!reached.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "not reached: " + state.get());
            Thread.sleep(20);
        }
    }
}
