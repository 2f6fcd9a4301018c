package io.moraine.ingest.streams;

import io.moraine.ingest.partition.PartitionWriter;
import io.moraine.ingest.partition.PartitionWriters;
import io.moraine.ingest.record.SourceRecord;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Takes what a poll delivered to the shards, partition by partition, in order, and comes back when
 * all of it is applied. So at most what one poll brings waits in memory, and what arrives faster
 * than it is applied waits in Kafka.
 *
 * <p>One consumer's; called by the thread that polls it.
 */
final class RecordFeed {

    private final PartitionWriters writers;

    RecordFeed(PartitionWriters writers) {
        this.writers = writers;
    }

    /**
     * Applies records.
     *
     * @param records their values are views of what was fetched, not valid for longer than that is
     *     held
     */
    void apply(ConsumerRecords<byte[], ByteBuffer> records) {
        long waiting = 0;
        for (ConsumerRecord<byte[], ByteBuffer> record : records) {
            waiting += bytes(record);
        }
        writers.buffered(waiting);
        try {
            for (TopicPartition partition : records.partitions()) {
                PartitionWriter writer = writers.open(partition.partition());
                List<ConsumerRecord<byte[], ByteBuffer>> batch = records.records(partition);
                for (ConsumerRecord<byte[], ByteBuffer> record : batch) {
                    writer.write(SourceRecord.viewing(record), record.leaderEpoch().orElse(-1));
                    long bytes = bytes(record);
                    waiting -= bytes;
                    writers.buffered(-bytes);
                }
            }
        } finally {
            writers.buffered(-waiting);
        }
    }

    private static long bytes(ConsumerRecord<?, ?> record) {
        return Math.max(0, record.serializedKeySize())
                + (long) Math.max(0, record.serializedValueSize());
    }
}
