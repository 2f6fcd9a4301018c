package io.moraine.ingest;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The consumer that Kafka Streams reads with, watched: tells {@link ConsumedPositions} where it
 * stands after each poll, and has shards synced before their offsets are committed to the group, so
 * that the group's offsets never run ahead of what is safe here.
 */
final class ShardConsumer extends KafkaConsumer<byte[], byte[]> {

    private final String topic;
    private final ConsumedPositions positions;

    ShardConsumer(Map<String, Object> config, String topic, ConsumedPositions positions) {
        super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.topic = topic;
        this.positions = positions;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
        positions.delivered(records);
        for (TopicPartition partition : assignment()) {
            if (partition.topic().equals(topic)) {
                reached(partition);
            }
        }
        return records;
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
        super.subscribe(topics, new ForgettingListener(listener));
    }

    @Override
    public void assign(Collection<TopicPartition> partitions) {
        Set<TopicPartition> left = new HashSet<>(assignment());
        left.removeAll(Set.copyOf(partitions));
        positions.forget(left);
        super.assign(partitions);
    }

    @Override
    public void unsubscribe() {
        positions.forget(assignment());
        super.unsubscribe();
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        super.seek(partition, offset);
        positions.sought(partition.partition(), offset);
    }

    @Override
    public void seek(TopicPartition partition, OffsetAndMetadata offset) {
        super.seek(partition, offset);
        positions.sought(partition.partition(), offset.offset());
    }

    @Override
    public void seekToBeginning(Collection<TopicPartition> partitions) {
        super.seekToBeginning(partitions);
        positions.forget(partitions);
    }

    @Override
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((p, offset) -> positions.processed(p.partition(), offset.offset()));
        super.commitSync(offsets);
    }

    private void reached(TopicPartition partition) {
        @Nullable Long position = null;
        try {
            position = position(partition, Duration.ZERO);
        } catch (TimeoutException notKnownYet) {
            // Just assigned; the next poll finds out.
        }
        if (position != null) {
            positions.reached(partition.partition(), position);
        }
    }

    /** Forgets partitions when they go, then does what Kafka Streams wants done. */
    private final class ForgettingListener implements ConsumerRebalanceListener {

        private final ConsumerRebalanceListener listener;

        ForgettingListener(ConsumerRebalanceListener listener) {
            this.listener = listener;
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            positions.forget(partitions);
            listener.onPartitionsRevoked(partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            positions.forget(partitions);
            listener.onPartitionsAssigned(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            positions.forget(partitions);
            listener.onPartitionsLost(partitions);
        }
    }
}
