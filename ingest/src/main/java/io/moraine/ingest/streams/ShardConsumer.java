package io.moraine.ingest.streams;

import io.moraine.ingest.client.IngestStoppedException;
import io.moraine.ingest.definition.SourceDefinition;
import io.moraine.ingest.partition.Halt;
import io.moraine.ingest.partition.PartitionWriter;
import io.moraine.ingest.partition.PartitionWriters;
import io.moraine.ingest.topic.SourceWatch;
import io.moraine.storage.Shard;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
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
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * The consumers that Kafka Streams polls, watched: they tell {@link ConsumedPositions} where they
 * stand after each poll. The main one applies what it reads before Kafka Streams sees any of it
 * ({@link RecordFeed}), whose queues, copies and measurements of each record cost more than
 * applying it; the one that restores hands its records out.
 *
 * <p>Two things are done before a record is applied. It is made sure that the topic is still the
 * one it was: a consumer follows a topic that was deleted and created anew without a word, but not
 * without new metadata, so the identity is asked for whenever there was some since it was last
 * asked for. And where a position is not in the log, it is found out whether the log's beginning
 * moved past it (a gap, remembered) or its end fell behind it (a truncation, which halts the
 * partition).
 */
final class ShardConsumer extends KafkaConsumer<byte[], byte[]> {

    private static final long PATIENCE_MAX_MS = 30_000;
    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(10);

    /** A broker that answers says within it where a partition is to be read. */
    private static final Duration POSITION_PATIENCE = Duration.ofMillis(10);

    /** Kafka's own. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    /** Enough to send what is waiting to a broker that answers. */
    private static final Duration GIVEN_UP_CLOSE_TIMEOUT = Duration.ofMillis(500);

    private final PartitionWriters writers;
    private final SourceWatch watch;
    private final BooleanSupplier paused;
    private final boolean applies;
    private final Optional<String> instanceId;
    private final RecordFeed feed;
    private final GroupOffsets group;
    private final ConsumedPositions positions;
    private final MetadataCounter metadata;
    private final SourceDefinition source;

    /** Partitions that are read from where their shards are, see {@link #isAligned}. */
    private final Set<TopicPartition> aligned = new HashSet<>();

    /** Partitions that came or went during the poll that runs. */
    private final Set<TopicPartition> moved = new HashSet<>();

    private int confirmed = -1;
    private volatile boolean givenUp;

    /**
     * A consumer that applies what it reads, and hands out nothing.
     *
     * @param paused whether nothing is to be read now
     */
    static ShardConsumer applying(
            Map<String, Object> config,
            PartitionWriters writers,
            SourceWatch watch,
            BooleanSupplier paused) {
        return new ShardConsumer(
                config, writers, watch, paused, true, new MetadataCounter(), views());
    }

    /** A consumer whose records somebody else applies. */
    static ShardConsumer restoring(
            Map<String, Object> config, PartitionWriters writers, SourceWatch watch) {
        return new ShardConsumer(
                config,
                writers,
                watch,
                () -> false,
                false,
                new MetadataCounter(),
                new ByteArrayDeserializer());
    }

    private ShardConsumer(
            Map<String, Object> config,
            PartitionWriters writers,
            SourceWatch watch,
            BooleanSupplier paused,
            boolean applies,
            MetadataCounter metadata,
            Deserializer<byte[]> values) {
        super(config, metadata, values);
        this.writers = writers;
        this.watch = watch;
        this.paused = paused;
        this.applies = applies;
        this.metadata = metadata;
        this.source = writers.definition().source();
        this.instanceId =
                Optional.ofNullable(config.get("group.instance.id")).map(Object::toString);
        this.feed = new RecordFeed(writers, patience(config));
        this.group = new GroupOffsets(writers);
        this.positions = new ConsumedPositions(writers);
    }

    /** A quarter of the time after which a consumer that does not poll is taken for dead. */
    private static Duration patience(Map<String, Object> config) {
        Object intervalMs = config.get("max.poll.interval.ms");
        return Duration.ofMillis(
                intervalMs == null
                        ? PATIENCE_MAX_MS
                        : Math.min(PATIENCE_MAX_MS, Long.parseLong(intervalMs.toString()) / 4));
    }

    /**
     * Values that are views of what was fetched instead of copies. Kafka Streams wants a consumer
     * of arrays; this one never hands out a record, so nobody but {@link #applied} sees that its
     * values are none.
     */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Deserializer<byte[]> views() {
        return (Deserializer) new ByteBufferDeserializer();
    }

    /** The name by which the group knows this consumer, if it is in one. */
    Optional<String> instanceId() {
        return instanceId;
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
            records = applies ? pollUnlessHeld(timeout) : super.poll(timeout);
        } catch (InvalidOffsetException outside) {
            if (isTheSameTopic()) {
                relocate(outside);
            }
            return ConsumerRecords.empty();
        }
        if (!records.isEmpty() && !isTheSameTopic()) {
            return ConsumerRecords.empty();
        }
        positions.delivered(records);
        ConsumerRecords<byte[], byte[]> left = applies ? applied(records) : records;
        for (TopicPartition partition : assignment()) {
            if (partition.topic().equals(source.topic())) {
                writers.polled(partition.partition());
                reached(partition, records.nextOffsets().get(partition));
            }
        }
        if (applies) {
            group.tellWhenDue(this, aligned);
        }
        return left;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // see views()
    private ConsumerRecords<byte[], byte[]> applied(ConsumerRecords<byte[], byte[]> records) {
        feed.add((ConsumerRecords) records);
        if (!paused.getAsBoolean()) {
            feed.apply();
        }
        return ConsumerRecords.empty();
    }

    /**
     * Polls, without the partitions that must not be read now. Those that Kafka Streams had paused,
     * or pauses while a rebalance goes on, are left as they are.
     */
    private ConsumerRecords<byte[], byte[]> pollUnlessHeld(Duration timeout) {
        boolean goesOn = !paused.getAsBoolean();
        Set<TopicPartition> held = new HashSet<>(assignment());
        held.removeAll(paused());
        Duration patience = timeout;
        if (goesOn && feed.isWaiting()) {
            patience = Duration.ZERO;
        } else if (goesOn) {
            held.removeIf(this::isAligned);
            if (held.isEmpty()) {
                return super.poll(timeout);
            }
            patience = POSITION_PATIENCE;
        }
        moved.clear();
        pause(held);
        try {
            return super.poll(patience);
        } finally {
            // Kafka Streams resumes what it was just given, and nothing that it had before.
            held.removeAll(moved);
            held.retainAll(assignment());
            resume(held);
        }
    }

    /**
     * Whether a partition is read from where its shard is, which is made so when its position
     * becomes known. Kafka Streams reads on from the group's offset and restores what is below it,
     * but asks for that offset twice; had it changed between the two, what lies between would never
     * be applied. Not to be asked while Kafka Streams restores the partition, and has it paused.
     */
    private boolean isAligned(TopicPartition partition) {
        if (aligned.contains(partition)) {
            return true;
        }
        @Nullable Long position = knownPosition(partition);
        if (position == null) {
            return false;
        }
        long next = writers.open(partition.partition()).nextOffset();
        if (position > next) {
            seek(partition, next);
        }
        aligned.add(partition);
        return true;
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

    @Override
    public void close() {
        close(CloseOptions.timeout(CLOSE_TIMEOUT));
    }

    /**
     * A request to join that is not answered before the group is complete, which may be never,
     * holds up whatever is sent behind it. So who gave up waits for no answer.
     */
    @Override
    public void close(CloseOptions options) {
        if (!givenUp) {
            tellLast(assignment());
        }
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

    private void tellLast(Collection<TopicPartition> partitions) {
        Set<TopicPartition> read = new HashSet<>(partitions);
        read.retainAll(aligned);
        group.tellLast(this, read);
    }

    private void forget(Collection<TopicPartition> partitions) {
        positions.forget(partitions);
        group.forget(partitions);
        feed.forget(partitions);
        partitions.forEach(aligned::remove);
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
        @Nullable Long position = knownPosition(partition);
        if (position != null) {
            boolean known = next != null && next.offset() == position;
            positions.reached(
                    partition.partition(), position, known ? next.leaderEpoch().orElse(-1) : -1);
        }
    }

    /** Where a partition will be read next; null when the next poll has to find out. */
    private @Nullable Long knownPosition(TopicPartition partition) {
        try {
            return position(partition, Duration.ZERO);
        } catch (TimeoutException | InvalidOffsetException notKnownYet) {
            return null;
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
            moved.addAll(partitions);
            tellLast(partitions);
            forget(partitions);
            listener.onPartitionsRevoked(partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            moved.addAll(partitions);
            forget(partitions);
            listener.onPartitionsAssigned(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            moved.addAll(partitions);
            forget(partitions);
            listener.onPartitionsLost(partitions);
        }
    }
}
