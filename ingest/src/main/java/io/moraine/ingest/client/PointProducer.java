package io.moraine.ingest.client;

import io.moraine.storage.model.LogWriteException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records to Kafka, for all collections of this node: idempotent, acknowledged by all
 * replicas, those of one key in the order they are given. Safe for use by several threads; records
 * that are to keep an order are given by one thread at a time.
 */
public final class PointProducer implements AutoCloseable {

    private static final int BLOCK_MS_MAX = 10_000;
    private static final int DELIVERY_TIMEOUT_MS = 30_000;
    private static final int REQUEST_TIMEOUT_MS = 10_000;

    private final KafkaSettings kafka;
    private @Nullable Producer<byte[], byte[]> producer;
    private boolean closed;

    public PointProducer(KafkaSettings kafka) {
        this.kafka = kafka;
    }

    /**
     * Sends records. Blocks while the producer has no memory for them or does not know the topic
     * yet, not until Kafka acknowledges them.
     *
     * @return the highest offset given in each partition, when all are acknowledged; fails with a
     *     {@link LogWriteException} when one is not
     */
    public CompletableFuture<SortedMap<Integer, Long>> send(
            List<ProducerRecord<byte[], byte[]>> records) {
        Batch batch = new Batch(records.size());
        try {
            Producer<byte[], byte[]> open = producer();
            for (ProducerRecord<byte[], byte[]> record : records) {
                var _ = open.send(record, batch::acknowledged);
            }
        } catch (KafkaException | IllegalStateException e) {
            batch.failed(e);
        }
        return batch.done;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (producer != null) {
            producer.close(Duration.ofSeconds(5));
        }
    }

    private synchronized Producer<byte[], byte[]> producer() {
        if (closed) {
            throw new IllegalStateException("the producer is closed");
        }
        Producer<byte[], byte[]> open = producer;
        if (open == null) {
            open =
                    new KafkaProducer<>(
                            properties(), new ByteArraySerializer(), new ByteArraySerializer());
            producer = open;
        }
        return open;
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("client.id", "moraine-producer");
        properties.put("max.block.ms", BLOCK_MS_MAX);
        properties.put("delivery.timeout.ms", DELIVERY_TIMEOUT_MS);
        properties.put("request.timeout.ms", REQUEST_TIMEOUT_MS);
        properties.putAll(kafka.producerProperties());
        properties.put("acks", "all");
        properties.put("enable.idempotence", true);
        return properties;
    }

    private static LogWriteException explain(Throwable cause) {
        LogWriteException.Reason reason =
                switch (cause) {
                    case BufferExhaustedException e -> LogWriteException.Reason.OVERLOADED;
                    case RecordTooLargeException e -> LogWriteException.Reason.TOO_LARGE;
                    case AuthorizationException e -> LogWriteException.Reason.NOT_ALLOWED;
                    case RetriableException e -> LogWriteException.Reason.UNAVAILABLE;
                    case InterruptException e -> LogWriteException.Reason.UNAVAILABLE;
                    default -> LogWriteException.Reason.FAILED;
                };
        return new LogWriteException(
                reason, "the change did not reach the log: " + cause.getMessage(), cause);
    }

    /** Some records on their way. */
    private static final class Batch {

        private final CompletableFuture<SortedMap<Integer, Long>> done = new CompletableFuture<>();
        private final SortedMap<Integer, Long> offsets = new TreeMap<>();
        private int pending;

        Batch(int records) {
            pending = records;
            if (records == 0) {
                done.complete(offsets);
            }
        }

        void acknowledged(RecordMetadata metadata, @Nullable Exception error) {
            if (error != null) {
                failed(error);
                return;
            }
            boolean complete;
            synchronized (this) {
                offsets.merge(metadata.partition(), metadata.offset(), Math::max);
                complete = --pending == 0;
            }
            if (complete) {
                done.complete(offsets);
            }
        }

        void failed(Exception error) {
            done.completeExceptionally(explain(error));
        }
    }
}
