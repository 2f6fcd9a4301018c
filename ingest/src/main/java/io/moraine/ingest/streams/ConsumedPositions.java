package io.moraine.ingest.streams;

import io.moraine.ingest.partition.PartitionWriters;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Moves shards over what a consumer read past without delivering it: transaction markers, aborted
 * records, holes from compaction. Without it a topic that ends in a marker would look like one that
 * lags for ever.
 *
 * <p>Invariant: a shard is moved to the consumer's position only when it has applied every record
 * that was delivered since the partition was assigned or sought. So records that wait in a buffer,
 * or that are still to be restored, are never jumped over.
 *
 * <p>One consumer's; called by the thread that polls it.
 */
final class ConsumedPositions {

    private final PartitionWriters writers;

    /** By partition, the offset that must be applied before the shard may be moved. */
    private final Map<Integer, Long> awaited = new HashMap<>();

    ConsumedPositions(PartitionWriters writers) {
        this.writers = writers;
    }

    /** Notes what a poll delivered. */
    void delivered(ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> batch = records.records(partition);
            awaited.put(partition.partition(), batch.getLast().offset() + 1);
        }
    }

    /**
     * Notes where the consumer stands after a poll.
     *
     * @param leaderEpoch of what it read last, -1 when unknown
     */
    void reached(int partition, long position, int leaderEpoch) {
        long applyFirst = awaited.computeIfAbsent(partition, p -> position);
        writers.find(partition)
                .ifPresent(writer -> {
                    writer.settle();
                    if (writer.shard().appliedOffset() >= applyFirst) {
                        writer.passTo(position, leaderEpoch);
                    }
                });
    }

    /** Notes that the consumer will go on elsewhere. */
    void sought(int partition, long position) {
        awaited.put(partition, position);
    }

    /** Notes that the consumer no longer reads some partitions. */
    void forget(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            awaited.remove(partition.partition());
        }
    }
}
