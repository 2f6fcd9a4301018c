package io.moraine.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A plain Kafka producer, as anybody's program would have one. */
final class TopicProducer implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;

    TopicProducer(String bootstrapServers, String topic) {
        this.producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "5"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        this.topic = topic;
    }

    /** Sends a point, or with no value its deletion. */
    Future<RecordMetadata> send(String id, @Nullable String value) {
        byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
        return producer.send(
                new ProducerRecord<>(topic, id.getBytes(StandardCharsets.UTF_8), bytes));
    }

    /** Sends a point, or with no value its deletion, and tells where it ended up. */
    void send(String id, @Nullable String value, Consumer<RecordMetadata> acknowledged) {
        byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
        var _ =
                producer.send(
                        new ProducerRecord<>(topic, id.getBytes(StandardCharsets.UTF_8), bytes),
                        (metadata, failure) -> {
                            if (failure == null) {
                                acknowledged.accept(metadata);
                            }
                        });
    }

    /** The value of a point's record. */
    static String value(float[] vector, String payload) {
        return "{\"vector\":%s,\"payload\":%s}".formatted(Arrays.toString(vector), payload);
    }

    /** The offsets that records were given, as {@code at_least} takes them. */
    @SafeVarargs
    static String atLeast(Future<RecordMetadata>... records)
            throws ExecutionException, InterruptedException {
        List<Future<RecordMetadata>> all = new ArrayList<>();
        for (Future<RecordMetadata> record : records) {
            all.add(record);
        }
        return atLeast(all);
    }

    /** The offsets that records were given, as {@code at_least} takes them. */
    static String atLeast(List<Future<RecordMetadata>> records)
            throws ExecutionException, InterruptedException {
        Map<Integer, Long> offsets = new TreeMap<>();
        for (Future<RecordMetadata> record : records) {
            RecordMetadata metadata = record.get();
            offsets.merge(metadata.partition(), metadata.offset(), Math::max);
        }
        StringJoiner members = new StringJoiner(",", "{", "}");
        offsets.forEach((partition, offset) -> members.add("\"" + partition + "\":" + offset));
        return members.toString();
    }

    void flush() {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close();
    }
}
