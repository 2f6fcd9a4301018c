package io.moraine.ingest.streams;

import io.moraine.ingest.partition.PartitionWriter;
import io.moraine.ingest.partition.PartitionWriters;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * What one consumer delivered and its shards have not applied yet. Kafka Streams stops reading a
 * partition when a thousand of its records wait, however large they are; this says when enough
 * bytes do.
 *
 * <p>Invariant: with more than {@value #BYTES_MAX} bytes waiting, every partition that has some is
 * full. So at most that and what one fetch brings is held in memory.
 *
 * <p>One consumer's; called by the thread that polls it.
 */
final class Backlog {

    static final long BYTES_MAX = 32 << 20;

    private final PartitionWriters writers;
    private final Map<TopicPartition, Deque<Batch>> waiting = new HashMap<>();
    private long bytes;

    /** Records that one poll delivered of a partition. */
    private record Batch(long lastOffset, long bytes) {}

    Backlog(PartitionWriters writers) {
        this.writers = writers;
    }

    /** Notes what a poll delivered. */
    void delivered(ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> batch = records.records(partition);
            long size = 0;
            for (ConsumerRecord<byte[], byte[]> record : batch) {
                size += Math.max(0, record.serializedKeySize());
                size += Math.max(0, record.serializedValueSize());
            }
            waiting.computeIfAbsent(partition, p -> new ArrayDeque<>())
                    .add(new Batch(batch.getLast().offset(), size));
            add(size);
        }
    }

    /** The partitions that must not be read further now; the caller's to change. */
    Set<TopicPartition> full() {
        waiting.forEach((partition, batches) ->
                writers.find(partition.partition()).ifPresent(writer -> drop(batches, writer)));
        Set<TopicPartition> full = new HashSet<>();
        if (bytes > BYTES_MAX) {
            waiting.forEach((partition, batches) -> {
                if (!batches.isEmpty()) {
                    full.add(partition);
                }
            });
        }
        return full;
    }

    /** Notes that the consumer no longer reads some partitions; what it had of them is dropped. */
    void forget(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            Deque<Batch> batches = waiting.remove(partition);
            if (batches != null) {
                batches.forEach(batch -> add(-batch.bytes()));
            }
        }
    }

    private void drop(Deque<Batch> batches, PartitionWriter writer) {
        long next = writer.nextOffset();
        for (Batch first = batches.peekFirst();
                first != null && first.lastOffset() < next;
                first = batches.peekFirst()) {
            batches.removeFirst();
            add(-first.bytes());
        }
    }

    private void add(long more) {
        bytes += more;
        writers.buffered(more);
    }
}
