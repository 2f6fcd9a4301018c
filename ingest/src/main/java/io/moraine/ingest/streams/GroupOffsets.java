package io.moraine.ingest.streams;

import io.moraine.ingest.partition.PartitionWriter;
import io.moraine.ingest.partition.PartitionWriters;
import io.moraine.storage.Shard;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Tells the consumer group how far its shards are safe here, for tools that look at its lag;
 * resuming never asks for it. What is told is never ahead of what is safe, and nothing waits for a
 * disk meanwhile, because a search would wait with it: what is not safe yet is told when it is.
 *
 * <p>One consumer's; called by the thread that polls it.
 */
final class GroupOffsets {

    private static final Logger LOG = System.getLogger(GroupOffsets.class.getName());
    private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final Duration LAST_TIMEOUT = Duration.ofSeconds(2);

    private final PartitionWriters writers;
    private final Map<TopicPartition, Long> told = new HashMap<>();
    private long lookedNanos = System.nanoTime();

    GroupOffsets(PartitionWriters writers) {
        this.writers = writers;
    }

    /**
     * Tells what became safe, about once a second.
     *
     * @param partitions that are read; one that is still restored would be told of with an offset
     *     below the one up to which it is to be restored
     */
    void tellWhenDue(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        long now = System.nanoTime();
        if (now - lookedNanos < EVERY_NANOS) {
            return;
        }
        lookedNanos = now;
        Map<TopicPartition, OffsetAndMetadata> news = news(partitions);
        if (!news.isEmpty()) {
            consumer.commitAsync(news, this::told);
        }
    }

    /** Tells what is safe of partitions that the consumer is about to lose. */
    void tellLast(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        if (writers.closing().getCount() == 0) {
            partitions.forEach(partition ->
                    writers.find(partition.partition()).ifPresent(writer -> writer.shard().sync()));
        }
        Map<TopicPartition, OffsetAndMetadata> news = news(partitions);
        try {
            if (!news.isEmpty()) {
                consumer.commitSync(news, LAST_TIMEOUT);
            }
        } catch (KafkaException untold) {
            told(news, untold);
        }
        told.keySet().removeAll(partitions);
    }

    /** Forgets partitions that somebody else may have told of meanwhile. */
    void forget(Collection<TopicPartition> partitions) {
        told.keySet().removeAll(partitions);
    }

    private Map<TopicPartition, OffsetAndMetadata> news(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> news = new HashMap<>();
        for (TopicPartition partition : partitions) {
            PartitionWriter writer = writers.find(partition.partition()).orElse(null);
            if (writer == null) {
                continue;
            }
            Shard shard = writer.shard();
            long applied = shard.appliedOffset();
            int epoch = shard.leaderEpoch();
            long durable = shard.durableOffset();
            if (durable < applied) {
                shard.requestSync();
            }
            if (durable > 0 && durable != told.getOrDefault(partition, -1L)) {
                told.put(partition, durable);
                Optional<Integer> known =
                        durable == applied && epoch >= 0 ? Optional.of(epoch) : Optional.empty();
                news.put(partition, new OffsetAndMetadata(durable, known, ""));
            }
        }
        return news;
    }

    private void told(Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable Exception failure) {
        if (failure != null) {
            offsets.forEach((partition, offset) -> told.remove(partition, offset.offset()));
            LOG.log(Level.DEBUG, "offsets not committed: " + offsets.keySet(), failure);
        }
    }
}
