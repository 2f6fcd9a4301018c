package io.moraine.ingest.streams;

import io.moraine.ingest.client.IngestStoppedException;
import io.moraine.ingest.definition.SourceDefinition;
import io.moraine.ingest.partition.Halt;
import io.moraine.ingest.partition.PartitionWriter;
import io.moraine.ingest.partition.PartitionWriters;
import io.moraine.ingest.topic.SourceWatch;
import io.moraine.storage.Shard;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The consumer that Kafka Streams reads with, watched: tells {@link ConsumedPositions} where it
 * stands after each poll, and commits to the group no offset that is not safe here yet. It waits
 * for no disk meanwhile, because a search would wait with it: what is committed too early for that
 * is committed when the disk has it.
 *
 * <p>Two things it does before Kafka Streams sees a record. It makes sure that the topic is still
 * the one it was: a consumer follows a topic that was deleted and created anew without a word, but
 * not without new metadata, so the identity is asked for whenever there was some since it was last
 * asked for. And where a position is not in the log, it finds out whether the log's beginning moved
 * past it (a gap, remembered) or its end fell behind it (a truncation, which halts the partition).
 */
final class ShardConsumer extends KafkaConsumer<byte[], byte[]> {

    private static final Logger LOG = System.getLogger(ShardConsumer.class.getName());
    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(10);

    /** Enough to send what is waiting to a broker that answers. */
    private static final Duration GIVEN_UP_CLOSE_TIMEOUT = Duration.ofMillis(500);

    private final PartitionWriters writers;
    private final SourceWatch watch;
    private final ConsumedPositions positions;
    private final MetadataCounter metadata;
    private final SourceDefinition source;
    private final Backlog backlog;
    private int confirmed = -1;
    private int rebalances;
    private volatile boolean givenUp;

    /** What Kafka Streams committed and was not safe here at the time. */
    private final Map<TopicPartition, OffsetAndMetadata> unsafe = new HashMap<>();

    static ShardConsumer open(
            Map<String, Object> config, PartitionWriters writers, SourceWatch watch) {
        return new ShardConsumer(config, writers, watch, new MetadataCounter());
    }

    private ShardConsumer(
            Map<String, Object> config,
            PartitionWriters writers,
            SourceWatch watch,
            MetadataCounter metadata) {
        super(config, metadata, new ByteArrayDeserializer());
        this.writers = writers;
        this.watch = watch;
        this.metadata = metadata;
        this.source = writers.definition().source();
        this.positions = new ConsumedPositions(writers);
        this.backlog = new Backlog(writers);
    }

    /**
     * Lets the next poll fail, so that the thread that polls ends. A thread of Kafka Streams that
     * is to stop while its group is being put together goes on polling until the group is complete,
     * and holds its partitions meanwhile. May be called by any thread.
     */
    void giveUp() {
        givenUp = true;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        if (givenUp) {
            throw new IngestStoppedException("reading ends");
        }
        ConsumerRecords<byte[], byte[]> records;
        try {
            records = pollWithRoom(timeout);
        } catch (InvalidOffsetException outside) {
            if (isTheSameTopic()) {
                relocate(outside);
            }
            return ConsumerRecords.empty();
        }
        if (!records.isEmpty() && !isTheSameTopic()) {
            return ConsumerRecords.empty();
        }
        commitWhatBecameSafe();
        positions.delivered(records);
        backlog.delivered(records);
        for (TopicPartition partition : assignment()) {
            if (partition.topic().equals(source.topic())) {
                writers.polled(partition.partition());
                reached(partition, records.nextOffsets().get(partition));
            }
        }
        return records;
    }

    /**
     * Polls without the partitions that have more records waiting than there is room for. Those
     * that Kafka Streams had paused, or pauses while a rebalance goes on, are left as they are.
     */
    private ConsumerRecords<byte[], byte[]> pollWithRoom(Duration timeout) {
        Set<TopicPartition> full = backlog.full();
        if (full.isEmpty()) {
            return super.poll(timeout);
        }
        full.retainAll(assignment());
        full.removeAll(paused());
        int before = rebalances;
        pause(full);
        try {
            return super.poll(timeout);
        } finally {
            if (rebalances == before) {
                resume(full);
            }
        }
    }

    private boolean isTheSameTopic() {
        int updates = metadata.updates();
        if (updates == confirmed) {
            return true;
        }
        Optional<String> conflict = watch.conflict(source, writers.closing());
        if (conflict.isPresent()) {
            writers.haltAll(Halt.Kind.FOREIGN, conflict.get());
            return false;
        }
        confirmed = updates;
        return true;
    }

    /** Finds a place to go on for partitions whose position is not in the log. */
    private void relocate(InvalidOffsetException outside) {
        Set<TopicPartition> lost = outside.partitions();
        Map<TopicPartition, Long> begins = beginningOffsets(lost, ASK_TIMEOUT);
        Map<TopicPartition, Long> ends = endOffsets(lost, ASK_TIMEOUT);
        Map<TopicPartition, OffsetAndMetadata> diverged =
                outside instanceof LogTruncationException truncated
                        ? truncated.divergentOffsets()
                        : Map.of();
        for (TopicPartition partition : lost) {
            PartitionWriter writer = writers.open(partition.partition());
            long begin = begins.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, begin);
            OffsetAndMetadata divergence = diverged.get(partition);
            if (divergence != null) {
                end = Math.min(end, divergence.offset());
            }
            writer.settle();
            writers.locate(writer, begin, end);
            long next = Math.max(begin, writer.shard().appliedOffset());
            seek(partition, Math.min(next, Math.max(begin, end)));
        }
    }

    /**
     * A request to join that is not answered before the group is complete, which may be never,
     * holds up whatever is sent behind it. So who gave up waits for no answer.
     */
    @Override
    public void close(CloseOptions options) {
        super.close(givenUp ? options.withTimeout(GIVEN_UP_CLOSE_TIMEOUT) : options);
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
        super.subscribe(topics, new ForgettingListener(listener));
    }

    @Override
    public void assign(Collection<TopicPartition> partitions) {
        Set<TopicPartition> left = new HashSet<>(assignment());
        left.removeAll(Set.copyOf(partitions));
        forget(left);
        super.assign(partitions);
    }

    @Override
    public void unsubscribe() {
        forget(assignment());
        super.unsubscribe();
    }

    private void forget(Collection<TopicPartition> partitions) {
        positions.forget(partitions);
        backlog.forget(partitions);
        unsafe.keySet().removeAll(partitions);
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        // With the epoch of what was applied last, Kafka can say whether its log still has it.
        int epoch = appliedEpoch(partition, offset);
        if (epoch < 0) {
            super.seek(partition, offset);
        } else {
            super.seek(partition, new OffsetAndMetadata(offset, Optional.of(epoch), ""));
        }
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
        Map<TopicPartition, OffsetAndMetadata> safe = new HashMap<>();
        offsets.forEach((partition, offset) -> {
            unsafe.remove(partition);
            long next =
                    positions.processed(
                            partition.partition(),
                            offset.offset(),
                            offset.leaderEpoch().orElse(-1));
            if (next == offset.offset()) {
                safe.put(partition, offset);
            } else {
                safe.put(
                        partition,
                        new OffsetAndMetadata(next, Optional.empty(), offset.metadata()));
                unsafe.put(partition, offset);
            }
        });
        super.commitSync(safe);
    }

    /**
     * Commits the rest of what Kafka Streams committed before it was safe: on a quiet topic nobody
     * would commit it again.
     */
    private void commitWhatBecameSafe() {
        if (unsafe.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> safe = new HashMap<>();
        unsafe.forEach((partition, offset) -> {
            if (positions.safe(partition.partition(), offset.offset()) == offset.offset()) {
                safe.put(partition, offset);
            }
        });
        if (!safe.isEmpty()) {
            unsafe.keySet().removeAll(safe.keySet());
            commitAsync(safe, ShardConsumer::committed);
        }
    }

    private static void committed(
            Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable Exception failure) {
        if (failure != null) {
            // They are for lag tools; the next commit has them.
            LOG.log(Level.DEBUG, "offsets not committed: " + offsets.keySet(), failure);
        }
    }

    private int appliedEpoch(TopicPartition partition, long offset) {
        return partition.topic().equals(source.topic())
                ? writers.find(partition.partition())
                        .map(PartitionWriter::shard)
                        .filter(shard -> offset > 0 && shard.appliedOffset() == offset)
                        .map(Shard::leaderEpoch)
                        .orElse(-1)
                : -1;
    }

    private void reached(TopicPartition partition, @Nullable OffsetAndMetadata next) {
        @Nullable Long position = null;
        try {
            position = position(partition, Duration.ZERO);
        } catch (TimeoutException | InvalidOffsetException notKnownYet) {
            // Just assigned; the next poll finds out.
        }
        if (position != null) {
            boolean known = next != null && next.offset() == position;
            positions.reached(
                    partition.partition(), position, known ? next.leaderEpoch().orElse(-1) : -1);
        }
    }

    /**
     * Reads keys as they are, and counts the metadata that the consumer gets: Kafka tells its
     * deserializers about each.
     */
    private static final class MetadataCounter extends ByteArrayDeserializer
            implements ClusterResourceListener {

        private final AtomicInteger updates = new AtomicInteger();

        int updates() {
            return updates.get();
        }

        @Override
        public void onUpdate(ClusterResource cluster) {
            updates.incrementAndGet();
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
            rebalances++;
            forget(partitions);
            listener.onPartitionsRevoked(partitions);
            // Kafka Streams commits once more; the rest is no longer ours to commit.
            unsafe.keySet().removeAll(partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            rebalances++;
            forget(partitions);
            listener.onPartitionsAssigned(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            rebalances++;
            forget(partitions);
            listener.onPartitionsLost(partitions);
        }
    }
}
