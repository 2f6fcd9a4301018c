package io.moraine.ingest.partition;

import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.KeyForm;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.format.RecordDecoder;
import io.moraine.ingest.format.RecordDecoders;
import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.Shard;
import io.moraine.storage.ShardStatus;
import io.moraine.storage.VectorStore;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.IndexOptions;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PointId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The open shards of one collection, by partition, and what they share. They stay open whatever
 * Kafka Streams does with its tasks: state stores attach to them and let go again. Safe for use by
 * several threads.
 */
public final class PartitionWriters implements AutoCloseable {

    private static final Logger LOG = System.getLogger(PartitionWriters.class.getName());

    private static final int LOOKED_AT = 10_000;
    private static final int SAMPLE = 64;

    private final VectorStore store;
    private final CollectionDefinition definition;
    private final RejectionLog rejections;
    private final RecentErrors errors;
    private final PartitionFacts facts;
    private final DeadLetterSink deadLetters;
    private final Clock clock;
    private final RecordDecoders decoders;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final LongAdder records = new LongAdder();
    private final LongAdder reopened = new LongAdder();
    private final LongAdder misplaced = new LongAdder();
    private final LongAdder conflicts = new LongAdder();
    private final Map<Integer, PartitionWriter> writers = new ConcurrentHashMap<>();
    private volatile Set<PayloadField> fields;
    private volatile CollectionSchema schema;
    private final Map<Integer, Integer> attached = new ConcurrentHashMap<>();
    private final Map<Integer, Instant> followed = new ConcurrentHashMap<>();
    private final Map<Integer, Long> seenApplied = new ConcurrentHashMap<>();
    private final AtomicLong bufferedBytes = new AtomicLong();

    /** Writers of a collection whose format needs no schema. */
    public PartitionWriters(
            VectorStore store,
            CollectionDefinition definition,
            DeadLetterSink deadLetters,
            Clock clock) {
        this(store, definition, deadLetters, clock, RecordDecoders.withoutSchemas());
    }

    public PartitionWriters(
            VectorStore store,
            CollectionDefinition definition,
            DeadLetterSink deadLetters,
            Clock clock,
            RecordDecoders decoders) {
        this.decoders = decoders;
        this.store = store;
        this.definition = definition;
        this.fields = definition.fields();
        this.schema = definition.schema();
        this.deadLetters = deadLetters;
        this.clock = clock;
        this.rejections = new RejectionLog(definition, clock);
        this.errors = new RecentErrors(clock);
        this.facts = new PartitionFacts(store, definition.id());
    }

    public CollectionDefinition definition() {
        return definition;
    }

    /** The writer of a partition; opens the shard unless it is open. */
    public PartitionWriter open(int partition) {
        return writers.computeIfAbsent(
                partition,
                p -> {
                    Shard shard =
                            store.openShard(definition.shard(p), schema, definition.storage());
                    shard.indexFields(fields);
                    return new PartitionWriter(this, shard);
                });
    }

    /** The partitions whose shards failed and take nothing until they are opened again. */
    public List<Integer> failed() {
        return writers.entrySet().stream()
                .filter(each ->
                        each.getValue().shard().status().state() == ShardStatus.State.FAILED)
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * Opens the shard of a partition again as after a crash; nobody may write to it meanwhile. It
     * goes on from its last sound state, and is fed again from there.
     */
    public void reopen(int partition) {
        PartitionWriter failed = writers.remove(partition);
        if (failed == null) {
            return;
        }
        problem(
                "partition %d is opened again, its shard failed: %s"
                        .formatted(partition, failed.shard().status().detail()));
        failed.close();
        reopened.increment();
        Shard shard = store.reopenShard(definition.shard(partition), definition.storage());
        shard.indexFields(fields);
        writers.put(partition, new PartitionWriter(this, shard));
    }

    /** How often shards were opened again. */
    public long reopened() {
        return reopened.sum();
    }

    /** Says which payload fields have an index, in shards that are open and in later ones. */
    public void indexFields(Set<PayloadField> wanted) {
        fields = wanted;
        writers.values().forEach(writer -> writer.shard().indexFields(wanted));
    }

    /**
     * Says how the vectors are found, in shards that are open and in later ones.
     *
     * @param wanted the same vectors
     */
    public void changeIndexes(CollectionSchema wanted) {
        schema = wanted;
        for (PartitionWriter writer : writers.values()) {
            CollectionSchema present = writer.shard().schema();
            for (int slot = 0; slot < wanted.vectors().size(); slot++) {
                IndexOptions options = wanted.vector(slot).index();
                if (!options.equals(present.vector(slot).index())) {
                    writer.shard().changeIndex(slot, options);
                }
            }
        }
    }

    /** The writer of a partition whose shard is open. */
    public Optional<PartitionWriter> find(int partition) {
        return Optional.ofNullable(writers.get(partition));
    }

    /** All writers whose shards are open. */
    public Collection<PartitionWriter> all() {
        return writers.values();
    }

    /** Notes that a task follows a partition, and hands out its writer. */
    public PartitionWriter attach(int partition) {
        PartitionWriter writer = open(partition);
        attached.merge(partition, 1, Integer::sum);
        return writer;
    }

    /** Notes that a task follows a partition no longer. */
    public void detach(int partition) {
        attached.computeIfPresent(partition, (p, tasks) -> tasks > 1 ? tasks - 1 : null);
    }

    /** Whether a task follows a partition, as its reader or as a standby. */
    public boolean isAttached(int partition) {
        return attached.containsKey(partition);
    }

    /** Notes that somebody reads a partition, whether or not there is something to read. */
    public void polled(int partition) {
        followed.put(partition, clock.instant());
    }

    /** Notes which partitions moved since this was called last: who applies records, follows. */
    public void lookForProgress() {
        for (PartitionWriter writer : writers.values()) {
            int partition = writer.shard().id().partition();
            long applied = writer.shard().appliedOffset();
            Long before = seenApplied.put(partition, applied);
            if (before != null && before < applied) {
                followed.put(partition, clock.instant());
            }
        }
    }

    /**
     * When a partition was last read or moved; the epoch when never. One that was taken away from a
     * reader that did not notice, because it hangs, has an old one.
     */
    public Instant followedAt(int partition) {
        return followed.getOrDefault(partition, Instant.EPOCH);
    }

    /** Counts a record that was read. */
    void count() {
        records.increment();
    }

    public long records() {
        return records.sum();
    }

    /** Whether a record was in another partition than the collection's partitioner chooses. */
    public boolean hasMisplaced() {
        return misplaced.sum() > 0;
    }

    /**
     * Notes where a record stands. Records of one id in two partitions are told by the place that
     * the partitioner chooses: only once one was elsewhere, other partitions are looked at.
     */
    void place(SourceRecord record) {
        byte[] key = record.key();
        if (key == null || definition.source().partitions() == 1) {
            return;
        }
        SourceOptions options = definition.source().options();
        boolean elsewhere =
                options.partitioner().partition(key, definition.source().partitions())
                        != record.partition();
        if (elsewhere) {
            misplaced.increment();
        }
        if ((elsewhere || hasMisplaced()) && isLookedAt(record.offset())) {
            countConflict(record.partition(), key, options.keyForm());
        }
    }

    /**
     * Each of the first misplaced records, later a sample: somebody chooses partitions otherwise.
     */
    private boolean isLookedAt(long offset) {
        return misplaced.sum() <= LOOKED_AT || offset % SAMPLE == 0;
    }

    private void countConflict(int partition, byte[] key, KeyForm form) {
        PointId id;
        try {
            id = PointId.ofKey(form.toText(key));
        } catch (DecodeFault | IllegalArgumentException noPoint) {
            return;
        }
        for (PartitionWriter other : writers.values()) {
            if (other.shard().id().partition() != partition && other.holds(id)) {
                conflicts.add(misplaced.sum() <= LOOKED_AT ? 1 : SAMPLE);
                return;
            }
        }
    }

    /** Adds to the bytes of records that were delivered and are not applied yet. */
    public void buffered(long moreBytes) {
        bufferedBytes.addAndGet(moreBytes);
    }

    /** Bytes of records that were delivered and are not applied yet. */
    public long bufferedBytes() {
        return bufferedBytes.get();
    }

    /** Records in another partition than the collection's partitioner chooses. */
    public long misplaced() {
        return misplaced.sum();
    }

    /** Records of points that another partition held, too; above ten thousand, an estimate. */
    public long conflicts() {
        return conflicts.sum();
    }

    public RejectionLog rejections() {
        return rejections;
    }

    public RecentErrors errors() {
        return errors;
    }

    public PartitionFacts facts() {
        return facts;
    }

    RecordDecoder decoder() {
        return decoders.decoderOrWaiting(definition.schema(), definition.source().options());
    }

    DeadLetterSink deadLetters() {
        return deadLetters;
    }

    /** Ceases to apply records, in all partitions. */
    public void haltAll(Halt.Kind kind, String reason) {
        for (PartitionWriter writer : writers.values()) {
            writer.halt(new Halt(kind, writer.shard().appliedOffset(), reason));
        }
    }

    /** Whether a partition is halted for one of some reasons. */
    public boolean isHalted(Set<Halt.Kind> kinds) {
        return writers.values().stream()
                .anyMatch(writer ->
                        writer.halt().map(Halt::kind).filter(kinds::contains).isPresent());
    }

    /** Applies records again where they were halted for one of some reasons. */
    public void release(Set<Halt.Kind> kinds) {
        for (PartitionWriter writer : writers.values()) {
            if (writer.halt().map(Halt::kind).filter(kinds::contains).isPresent()) {
                writer.release();
            }
        }
    }

    /** Says that a partition was halted; a foreign topic is said once, for the whole collection. */
    void halted(int partition, Halt why) {
        if (why.kind() == Halt.Kind.FOREIGN) {
            return;
        }
        problem("partition %d halted: %s".formatted(partition, why.reason()));
    }

    /** Has an untouched shard begin at an offset. */
    public void begin(PartitionWriter writer, long start) {
        if (writer.shard().appliedOffset() == 0 && start > 0) {
            writer.passTo(start, -1);
        }
    }

    /** Halts a partition that was not up to date for so long that deletions may be gone unread. */
    public void checkAge(PartitionWriter writer, Duration allowed) {
        int partition = writer.shard().id().partition();
        Instant caughtUp = facts.caughtUpAt(partition);
        Instant now = clock.instant();
        if (writer.shard().appliedOffset() > 0
                && !caughtUp.equals(Instant.EPOCH)
                && caughtUp.plus(allowed).isBefore(now)) {
            writer.halt(
                    new Halt(
                            Halt.Kind.OUTDATED,
                            writer.shard().appliedOffset(),
                            "not up to date since %s, and the compacted topic '%s' may have forgotten deletions since (half of its delete.retention.ms is %s); rebuild the collection"
                                    .formatted(caughtUp, definition.source().topic(), allowed)));
        }
    }

    /**
     * Compares a shard with the log it was read from, and acts on what is wrong.
     *
     * @param begin offset of the first record that is left in the log
     * @param end where the log ends
     */
    public void locate(PartitionWriter writer, long begin, long end) {
        long applied = writer.shard().appliedOffset();
        if (applied > end) {
            writer.halt(
                    new Halt(
                            Halt.Kind.TRUNCATED,
                            applied,
                            "the log ends before what was applied from it: topic=%s partition=%d end=%d applied=%d; records it had acknowledged are gone, rebuild the collection to follow what is left"
                                    .formatted(
                                            definition.source().topic(),
                                            writer.shard().id().partition(),
                                            end,
                                            applied)));
        } else if (applied > 0 && begin > applied) {
            passGap(writer, begin);
        }
    }

    /**
     * Remembers that records were deleted before they were read, and goes on behind them.
     *
     * @param next offset of the first record that is left
     */
    private void passGap(PartitionWriter writer, long next) {
        int partition = writer.shard().id().partition();
        long from = writer.shard().appliedOffset();
        facts.gap(partition, new Gap(from, next - 1, clock.instant(), false));
        problem(
                "records were deleted before they were read: topic=%s partition=%d offsets=%d to %d; the collection lacks them"
                        .formatted(definition.source().topic(), partition, from, next - 1));
        writer.passTo(next, -1);
    }

    /** Says what is wrong with the collection now. */
    void problem(String message) {
        errors.add(message);
        LOG.log(Level.ERROR, "collection ''{0}'': {1}", definition.name(), message);
    }

    /** Makes threads that wait for the disk give up. */
    public void stopWaiting() {
        closing.countDown();
    }

    /** Whether {@link #stopWaiting} was called. */
    public CountDownLatch closing() {
        return closing;
    }

    /** Lets go of the shards, which stay open; no thread may write any more. */
    @Override
    public void close() {
        stopWaiting();
        writers.values().forEach(PartitionWriter::close);
        writers.clear();
    }
}
