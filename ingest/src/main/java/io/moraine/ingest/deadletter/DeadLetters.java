package io.moraine.ingest.deadletter;

import io.moraine.ingest.client.Deadline;
import io.moraine.ingest.client.PointProducer;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.format.RecordDecoder;
import io.moraine.ingest.partition.DeadLetterSink;
import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.ingest.topic.SourceTopics;
import io.moraine.storage.model.LogWriteException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Copies bad records to a collection's dead-letter topic: key, value, headers and timestamp as they
 * were, and further headers that say where the record stood and what is wrong with it. Those are
 * the ones Kafka Connect adds ({@code DeadLetterQueueReporter} of Kafka 4.3), so that its users'
 * tools work, and a few of ours.
 *
 * <p>The topic is created when the first copy is sent, with one partition and the broker's
 * defaults. A value too large for it is left out, and a header tells its size; the record itself is
 * still where it was. Safe for use by several threads.
 */
public final class DeadLetters implements DeadLetterSink {

    static final String CONNECT_PREFIX = "__connect.errors.";
    static final String CODE = "moraine.errors.code";
    static final String COLLECTION = "moraine.errors.collection";
    public static final String VALUE_OMITTED = "moraine.errors.value-omitted";

    private static final Duration CREATE_TIMEOUT = Duration.ofSeconds(10);

    private final CollectionDefinition definition;
    private final String topic;
    private final SourceTopics topics;
    private final PointProducer producer;
    private volatile boolean created;

    public DeadLetters(
            CollectionDefinition definition, SourceTopics topics, PointProducer producer) {
        this.definition = definition;
        this.topic = definition.deadLetterTopic();
        this.topics = topics;
        this.producer = producer;
    }

    @Override
    public CompletableFuture<?> send(SourceRecord record, Rejection rejection) {
        try {
            if (!created) {
                topics.ensureLog(topic, 1, Deadline.after(CREATE_TIMEOUT));
                created = true;
            }
        } catch (KafkaException e) {
            return CompletableFuture.failedFuture(e);
        }
        return producer.send(List.of(copy(record, rejection, record.value())))
                .exceptionallyCompose(failure ->
                        isTooLarge(failure)
                                ? producer.send(List.of(copy(record, rejection, null)))
                                : CompletableFuture.failedFuture(failure));
    }

    private ProducerRecord<byte[], byte[]> copy(
            SourceRecord record, Rejection rejection, byte @Nullable [] value) {
        Headers headers = new RecordHeaders(record.headers().toArray());
        connect(headers, "topic", definition.source().topic());
        connect(headers, "partition", Integer.toString(record.partition()));
        connect(headers, "offset", Long.toString(record.offset()));
        connect(headers, "connector.name", definition.name());
        connect(headers, "task.id", Integer.toString(record.partition()));
        connect(
                headers,
                "stage",
                rejection.reason().isOfKey() ? "KEY_CONVERTER" : "VALUE_CONVERTER");
        connect(headers, "class.name", RecordDecoder.class.getName());
        connect(headers, "exception.class.name", Rejection.class.getName());
        connect(headers, "exception.message", rejection.message());
        put(headers, CODE, rejection.reason().code());
        put(headers, COLLECTION, definition.name());
        byte[] original = record.value();
        if (value == null && original != null) {
            put(headers, VALUE_OMITTED, original.length + " bytes");
        }
        return new ProducerRecord<>(
                topic, null, record.timestampMs(), record.key(), value, headers);
    }

    private static void connect(Headers headers, String name, String value) {
        put(headers, CONNECT_PREFIX + name, value);
    }

    private static void put(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** The headers a record had before it became a dead letter. */
    static Headers original(Headers headers) {
        RecordHeaders original = new RecordHeaders();
        for (Header header : headers) {
            if (!isAdded(header.key())) {
                original.add(header);
            }
        }
        return original;
    }

    private static boolean isAdded(String header) {
        return header.startsWith(CONNECT_PREFIX)
                || header.equals(CODE)
                || header.equals(COLLECTION)
                || header.equals(VALUE_OMITTED);
    }

    private static boolean isTooLarge(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return cause instanceof LogWriteException e
                && e.reason() == LogWriteException.Reason.TOO_LARGE;
    }
}
