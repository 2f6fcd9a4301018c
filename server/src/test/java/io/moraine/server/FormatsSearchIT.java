package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.moraine.devbroker.DevBroker;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a plain Kafka client, in each format, to the answer of a search. */
final class FormatsSearchIT {

    @TempDir private Path temp;

    @SuppressWarnings("NullAway.Init") // set before each test
    private DevBroker broker;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Wiring node;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Producer<byte[], byte[]> producer;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Api api;

    @BeforeEach
    void start() {
        broker = DevBroker.start(temp.resolve("kafka"), 0);
        node = Wiring.start(TestNodes.config(temp.resolve("data"), broker.bootstrapServers()));
        api = new Api(node.api());
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    @AfterEach
    void stop() {
        producer.close();
        node.close();
        broker.close();
    }

    @Test
    void json() throws Exception {
        create("{\"topic\": \"t\", \"partitions\": 1}");
        send(record("far", "{\"vector\":[0,1],\"payload\":{\"n\":1}}"));
        send(record("near", "{\"vector\":[2,0],\"payload\":{\"n\":2}}"));
        assertFinds("near", "{\"n\":2}");
    }

    @Test
    void jsonWithVectorsInBase64() throws Exception {
        create("{\"topic\": \"t\", \"partitions\": 1}");
        String near = Base64.getEncoder().encodeToString(floats(2, 0));
        String far = Base64.getEncoder().encodeToString(floats(0, 1));
        send(record("far", "{\"vector\":\"%s\"}".formatted(far)));
        send(record("near", "{\"vector\":\"%s\",\"payload\":{\"n\":2}}".formatted(near)));
        assertFinds("near", "{\"n\":2}");
    }

    @Test
    void jsonAsSomebodyElseWritesIt() throws Exception {
        create(
                "{\"topic\": \"t\", \"partitions\": 1, \"id\": {\"field\": \"doc.id\"}, \"fields\":"
                        + " {\"vector\": \"embedding.values\", \"payload\": \"*\", \"exclude\":"
                        + " [\"secret\"]}}");
        send(record("k", "{\"doc\":{\"id\":\"far\"},\"embedding\":{\"values\":[0,1]}}"));
        send(
                record(
                        "k",
                        "{\"doc\":{\"id\":\"near\"},\"embedding\":{\"values\":[2,0]},\"secret\":1,\"n\":2}"));
        assertFinds("near", "{\"doc\":{\"id\":\"near\"},\"n\":2}");
    }

    @Test
    void keysOfALongSerializer() throws Exception {
        create("{\"topic\": \"t\", \"partitions\": 1, \"id\": {\"key\": \"long\"}}");
        try (LongSerializer keys = new LongSerializer()) {
            send(record(keys.serialize("t", 7L), utf8("{\"vector\":[0,1]}")));
            send(record(keys.serialize("t", 42L), utf8("{\"vector\":[2,0],\"payload\":{}}")));
        }
        assertFinds("42", "{}");
    }

    @Test
    void rawFloats() throws Exception {
        create("{\"topic\": \"t\", \"partitions\": 1, \"format\": \"f32\"}");
        send(record(utf8("far"), floats(0, 1)));
        ProducerRecord<byte[], byte[]> near = record(utf8("near"), floats(2, 0));
        near.headers().add("payload", utf8("{\"n\":2}"));
        send(near);
        assertFinds("near", "{\"n\":2}");
    }

    @Test
    void cloudEventsInBinaryMode() throws Exception {
        create(
                "{\"topic\": \"t\", \"partitions\": 1, \"format\": \"cloudevents\", \"id\":"
                        + " {\"header\": \"ce_subject\"}}");
        send(event("far", "{\"vector\":[0,1]}"));
        send(event("near", "{\"vector\":[2,0],\"payload\":{\"n\":2}}"));
        assertFinds("near", "{\"n\":2}");
    }

    @Test
    void cloudEventsInStructuredMode() throws Exception {
        create(
                "{\"topic\": \"t\", \"partitions\": 1, \"format\": \"cloudevents\", \"id\":"
                        + " {\"header\": \"ce_subject\"}}");
        for (String[] one : new String[][] {{"far", "[0,1]"}, {"near", "[2,0]"}}) {
            ProducerRecord<byte[], byte[]> event =
                    record(
                            "k",
                            "{\"specversion\":\"1.0\",\"subject\":\"%s\",\"data\":{\"vector\":%s,\"payload\":{\"n\":2}}}"
                                    .formatted(one[0], one[1]));
            event.headers().add("content-type", utf8("application/cloudevents+json"));
            send(event);
        }
        assertFinds("near", "{\"n\":2}");
    }

    @Test
    void changesOfAPart() throws Exception {
        create("{\"topic\": \"t\", \"partitions\": 1}");
        send(record("far", "{\"vector\":[0,1]}"));
        send(record("near", "{\"vector\":[0,0.5],\"payload\":{\"n\":1}}"));
        ProducerRecord<byte[], byte[]> vectors = record("near", "{\"vector\":[2,0]}");
        vectors.headers().add("moraine-op", utf8("update_vectors"));
        send(vectors);
        ProducerRecord<byte[], byte[]> payload = record("near", "{\"payload\":{\"n\":2}}");
        payload.headers().add("moraine-op", utf8("set_payload"));
        send(payload);
        assertFinds("near", "{\"n\":2}");
        send(record(utf8("near"), null));
        send(record("last", "{\"vector\":[1,0],\"payload\":{}}"));
        assertFinds("last", "{}");
    }

    private long last;

    private void create(String source) {
        api.put(
                        "/collections/c",
                        "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}, \"source\": %s}"
                                .formatted(source))
                .ok();
    }

    private void send(ProducerRecord<byte[], byte[]> record) throws Exception {
        RecordMetadata written = producer.send(record).get();
        last = written.offset();
    }

    /** What a search nearest to (1, 0) finds first, once it is as new as what was sent. */
    private void assertFinds(String id, String payload) {
        JsonNode hits =
                api.post(
                                "/collections/c/points/search",
                                "{\"vector\": [1, 0], \"limit\": 10, \"with_payload\": true, \"at_least\": {\"0\": %d}, \"timeout\": 30}"
                                        .formatted(last))
                        .ok()
                        .path("result");
        List<String> ids = new ArrayList<>();
        hits.forEach(hit -> ids.add(hit.path("id").asText()));
        assertEquals(id, ids.getFirst(), hits.toString());
        assertEquals(2, hits.size(), hits.toString());
        assertEquals(payload, hits.get(0).path("payload").toString());
    }

    private static ProducerRecord<byte[], byte[]> event(String subject, String data) {
        ProducerRecord<byte[], byte[]> event = record("k", data);
        event.headers().add("ce_specversion", utf8("1.0")).add("ce_subject", utf8(subject));
        event.headers().add("content-type", utf8("application/json"));
        return event;
    }

    private static ProducerRecord<byte[], byte[]> record(String key, String value) {
        return record(utf8(key), utf8(value));
    }

    private static ProducerRecord<byte[], byte[]> record(byte[] key, byte @Nullable [] value) {
        return new ProducerRecord<>("t", 0, key, value);
    }

    private static byte[] floats(float... components) {
        ByteBuffer bytes =
                ByteBuffer.allocate(components.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(components);
        return bytes.array();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
