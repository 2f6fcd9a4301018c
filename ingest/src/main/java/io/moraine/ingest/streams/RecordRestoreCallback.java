package io.moraine.ingest.streams;

import io.moraine.ingest.partition.PartitionWriter;
import io.moraine.ingest.record.SourceRecord;
import java.util.Collection;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;

/**
 * Receives the records that Kafka Streams reads to restore a shard or to keep a standby.
 *
 * <p>The one class that uses an internal type of Kafka Streams: only {@link
 * RecordBatchingStateRestoreCallback} hands out whole records with their offsets. {@code
 * RecordRestoreCallbackTest} fails when it changes.
 */
final class RecordRestoreCallback implements RecordBatchingStateRestoreCallback {

    private final PartitionWriter writer;

    RecordRestoreCallback(PartitionWriter writer) {
        this.writer = writer;
    }

    @Override
    public void restoreBatch(Collection<ConsumerRecord<byte[], byte[]>> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            writer.restore(SourceRecord.of(record), record.leaderEpoch().orElse(-1));
        }
    }
}
