package io.moraine.ingest.deadletter;

import io.moraine.ingest.client.Deadline;
import io.moraine.ingest.client.KafkaLink;
import io.moraine.ingest.client.PointProducer;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.CollectionException;
import io.moraine.ingest.partition.PartitionWriters;
import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.ingest.topic.SourceTopics;
import io.moraine.storage.model.PointExplanation;
import io.moraine.storage.model.PointId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Looks at the dead letters of a collection and writes their records to its topic again. How far
 * that went is kept as the offsets of a group of its own. Safe for use by several threads.
 */
public final class DeadLetterBox {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int KEY_TEXT_MAX = 128;

    private final CollectionDefinition definition;
    private final PartitionWriters writers;
    private final KafkaLink link;
    private final SourceTopics topics;
    private final PointProducer producer;
    private final String topic;
    private final String group;

    public DeadLetterBox(
            PartitionWriters writers, KafkaLink link, SourceTopics topics, PointProducer producer) {
        this.definition = writers.definition();
        this.writers = writers;
        this.link = link;
        this.topics = topics;
        this.producer = producer;
        this.topic = definition.deadLetterTopic();
        // By name: a collection that is rebuilt keeps its letters.
        this.group = "moraine-%s-replay".formatted(definition.name());
    }

    /** The newest letters, oldest first. */
    public List<DeadLetter> newest(int limit, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        try {
            Map<TopicPartition, Long> done = replayedTo(deadline);
            List<DeadLetter> letters = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : read(Map.of(), limit, true, deadline)) {
                long next = done.getOrDefault(partitionOf(record), 0L);
                letters.add(letter(record, record.offset() < next));
            }
            return letters;
        } catch (KafkaException e) {
            throw unavailable(e);
        }
    }

    /** Writes records again, those that were not before, oldest first. */
    public synchronized DeadLetter.Replay replay(
            int limit, boolean evenIfSuperseded, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        try {
            Map<TopicPartition, Long> done = replayedTo(deadline);
            List<ConsumerRecord<byte[], byte[]>> letters = read(done, limit, false, deadline);
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
            long superseded = 0;
            long incomplete = 0;
            for (ConsumerRecord<byte[], byte[]> letter : letters) {
                next.put(partitionOf(letter), new OffsetAndMetadata(letter.offset() + 1));
                if (letter.headers().lastHeader(DeadLetters.VALUE_OMITTED) != null) {
                    incomplete++;
                } else if (!evenIfSuperseded && isSuperseded(letter)) {
                    superseded++;
                } else {
                    records.add(original(letter));
                }
            }
            send(records, deadline);
            if (!next.isEmpty()) {
                KafkaLink.await(
                        link.admin().alterConsumerGroupOffsets(group, next).all(), deadline.left());
            }
            return new DeadLetter.Replay(records.size(), superseded, incomplete);
        } catch (KafkaException e) {
            throw unavailable(e);
        }
    }

    private void send(List<ProducerRecord<byte[], byte[]>> records, Deadline deadline) {
        try {
            var _ =
                    producer.send(records)
                            .get(Math.max(1, deadline.left().toMillis()), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | CompletionException | TimeoutException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }

    private ProducerRecord<byte[], byte[]> original(ConsumerRecord<byte[], byte[]> letter) {
        return new ProducerRecord<>(
                definition.source().topic(),
                partition(letter),
                letter.timestamp(),
                letter.key(),
                letter.value(),
                DeadLetters.original(letter.headers()));
    }

    /** Whether the point of a letter was written by a later record of its partition. */
    private boolean isSuperseded(ConsumerRecord<byte[], byte[]> letter) {
        if (letter.key() == null) {
            return false;
        }
        try {
            PointId id =
                    PointId.ofKey(definition.source().options().keyForm().toText(letter.key()));
            Optional<PointExplanation> point =
                    writers.find(partition(letter)).flatMap(writer -> writer.shard().explain(id));
            long offset = number(letter, "offset");
            return point.isPresent()
                    && Math.max(point.get().sequence(), point.get().endedBy()) - 1 > offset;
        } catch (DecodeFault | IllegalArgumentException noPoint) {
            return false;
        }
    }

    /** Letters of this collection, the newest or those behind some offsets. */
    private List<ConsumerRecord<byte[], byte[]>> read(
            Map<TopicPartition, Long> from, int limit, boolean newest, Deadline deadline) {
        List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
        if (topics.describe(topic, deadline).isEmpty()) {
            return letters;
        }
        try (KafkaConsumer<byte[], byte[]> consumer = open()) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic, deadline.left()).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            Map<TopicPartition, Long> begins =
                    consumer.beginningOffsets(partitions, deadline.left());
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, deadline.left());
            for (TopicPartition partition : partitions) {
                long end = ends.getOrDefault(partition, 0L);
                long begin = begins.getOrDefault(partition, 0L);
                long start = newest ? end - limit : from.getOrDefault(partition, begin);
                consumer.assign(List.of(partition));
                consumer.seek(partition, Math.clamp(start, begin, end));
                while (!deadline.isOver()
                        && letters.size() < limit
                        && consumer.position(partition, deadline.left()) < end) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                        if (letters.size() < limit && isOurs(record)) {
                            letters.add(record);
                        }
                    }
                }
            }
        }
        return letters;
    }

    private KafkaConsumer<byte[], byte[]> open() {
        Map<String, Object> properties = new HashMap<>(link.settings().consumerProperties());
        properties.put("client.id", "moraine-dead-letters");
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "earliest");
        properties.put("allow.auto.create.topics", false);
        properties.remove("group.id");
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Map<TopicPartition, Long> replayedTo(Deadline deadline) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        try {
            KafkaLink.await(
                            link.admin()
                                    .listConsumerGroupOffsets(group)
                                    .partitionsToOffsetAndMetadata(),
                            deadline.left())
                    .forEach((partition, offset) -> {
                        if (offset != null && partition.topic().equals(topic)) {
                            offsets.put(partition, offset.offset());
                        }
                    });
        } catch (org.apache.kafka.common.errors.GroupIdNotFoundException nothingReplayed) {
            return offsets;
        }
        return offsets;
    }

    private boolean isOurs(ConsumerRecord<byte[], byte[]> record) {
        return SourceRecord.headerText(record.headers(), DeadLetters.COLLECTION)
                        .filter(definition.name()::equals)
                        .isPresent()
                && SourceRecord.headerText(record.headers(), DeadLetters.CONNECT_PREFIX + "offset")
                        .isPresent();
    }

    private static DeadLetter letter(ConsumerRecord<byte[], byte[]> record, boolean replayed) {
        byte[] key = record.key();
        String keyText = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        return new DeadLetter(
                partition(record),
                number(record, "offset"),
                record.timestamp(),
                keyText.length() <= KEY_TEXT_MAX ? keyText : keyText.substring(0, KEY_TEXT_MAX),
                Math.max(0, record.serializedValueSize()),
                SourceRecord.headerText(record.headers(), DeadLetters.CODE).orElse(""),
                SourceRecord.headerText(
                                record.headers(), DeadLetters.CONNECT_PREFIX + "exception.message")
                        .orElse(""),
                replayed);
    }

    private static int partition(ConsumerRecord<byte[], byte[]> letter) {
        return (int) number(letter, "partition");
    }

    private static long number(ConsumerRecord<byte[], byte[]> letter, String name) {
        return SourceRecord.headerText(letter.headers(), DeadLetters.CONNECT_PREFIX + name)
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(Long::parseLong)
                .orElse(0L);
    }

    private static TopicPartition partitionOf(ConsumerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    private CollectionException unavailable(Exception cause) {
        return new CollectionException.Unavailable(
                "the dead letters in topic '%s' cannot be reached now: %s"
                        .formatted(topic, cause.getMessage()),
                cause);
    }
}
