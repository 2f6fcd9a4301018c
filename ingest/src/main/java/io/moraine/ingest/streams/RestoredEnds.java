package io.moraine.ingest.streams;

import io.moraine.ingest.partition.PartitionWriters;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** Moves a shard over what lies between its last restored record and the end of restoring. */
final class RestoredEnds implements StateRestoreListener {

    private final PartitionWriters writers;
    private final Map<Integer, Long> ends = new ConcurrentHashMap<>();

    RestoredEnds(PartitionWriters writers) {
        this.writers = writers;
    }

    @Override
    public void onRestoreStart(
            TopicPartition partition, String store, long startOffset, long endOffset) {
        ends.put(partition.partition(), endOffset);
    }

    @Override
    public void onBatchRestored(
            TopicPartition partition, String store, long endOffset, long restored) {}

    @Override
    public void onRestoreEnd(TopicPartition partition, String store, long restored) {
        Long end = ends.remove(partition.partition());
        if (end != null) {
            writers.find(partition.partition()).ifPresent(writer -> writer.passTo(end, -1));
        }
    }
}
