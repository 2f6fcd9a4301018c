package io.moraine.ingest.streams;

import io.moraine.ingest.partition.PartitionWriters;
import io.moraine.ingest.record.SourceRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.Queue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Takes what a poll delivered to the shards, in the order of each partition. Nothing more is to be
 * read while some of it waits: so at most what one poll brings waits in memory, and what arrives
 * faster than it is applied waits in Kafka.
 *
 * <p>Applying stops for the next poll when it takes long, because a consumer that does not poll for
 * {@code max.poll.interval.ms} loses its partitions.
 *
 * <p>One consumer's; called by the thread that polls it.
 */
final class RecordFeed {

    private final PartitionWriters writers;
    private final long patienceNanos;
    private final Queue<ConsumerRecord<byte[], ByteBuffer>> waiting = new ArrayDeque<>();

    /**
     * Feeds the shards of a collection.
     *
     * @param patience how long applying may put off the next poll; one record may take longer
     */
    RecordFeed(PartitionWriters writers, Duration patience) {
        this.writers = writers;
        this.patienceNanos = patience.toNanos();
    }

    /**
     * Takes over records.
     *
     * @param records their values are views of what was fetched
     */
    void add(ConsumerRecords<byte[], ByteBuffer> records) {
        for (ConsumerRecord<byte[], ByteBuffer> record : records) {
            waiting.add(record);
            writers.buffered(bytes(record));
        }
    }

    /** Whether records wait to be applied. */
    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Applies what waits, all of it unless that takes long. */
    void apply() {
        long start = System.nanoTime();
        for (ConsumerRecord<byte[], ByteBuffer> record = waiting.peek();
                record != null;
                record = waiting.peek()) {
            writers.open(record.partition())
                    .write(SourceRecord.viewing(record), record.leaderEpoch().orElse(-1));
            waiting.remove();
            writers.buffered(-bytes(record));
            if (System.nanoTime() - start > patienceNanos) {
                return;
            }
        }
    }

    /** Notes that the consumer no longer reads some partitions; what waits of them is dropped. */
    void forget(Collection<TopicPartition> partitions) {
        for (Iterator<ConsumerRecord<byte[], ByteBuffer>> each = waiting.iterator();
                each.hasNext(); ) {
            ConsumerRecord<byte[], ByteBuffer> record = each.next();
            if (partitions.contains(new TopicPartition(record.topic(), record.partition()))) {
                each.remove();
                writers.buffered(-bytes(record));
            }
        }
    }

    private static long bytes(ConsumerRecord<?, ?> record) {
        return Math.max(0, record.serializedKeySize())
                + (long) Math.max(0, record.serializedValueSize());
    }
}
