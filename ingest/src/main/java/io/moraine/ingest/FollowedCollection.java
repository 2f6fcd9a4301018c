package io.moraine.ingest;

import io.moraine.ingest.client.IngestSettings;
import io.moraine.ingest.client.PointProducer;
import io.moraine.ingest.deadletter.DeadLetter;
import io.moraine.ingest.deadletter.DeadLetterBox;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.CollectionSteering;
import io.moraine.ingest.format.RecordEncoder;
import io.moraine.ingest.partition.Gap;
import io.moraine.ingest.partition.Halt;
import io.moraine.ingest.partition.IngestStatus;
import io.moraine.ingest.partition.IngestStatus.State;
import io.moraine.ingest.partition.PartitionWriter;
import io.moraine.ingest.partition.PartitionWriters;
import io.moraine.ingest.streams.CollectionIngest;
import io.moraine.ingest.topic.SourceView;
import io.moraine.ingest.topic.SourceWatch;
import io.moraine.storage.Shard;
import io.moraine.storage.model.LogWriteException;
import io.moraine.storage.model.PointChange;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A collection whose topic this node follows. */
final class FollowedCollection implements LiveCollection {

    private volatile CollectionDefinition definition;
    private CollectionSteering steered = CollectionSteering.NONE;
    private final PartitionWriters writers;
    private final CollectionIngest ingest;
    private final SourceWatch watch;
    private final PointProducer producer;
    private final DeadLetterBox letters;
    private final RecordEncoder encoder;
    private final PointPlacement placement;
    private final Duration lease;
    private final Clock clock;

    FollowedCollection(
            PartitionWriters writers,
            CollectionIngest ingest,
            SourceWatch watch,
            PointProducer producer,
            DeadLetterBox letters,
            IngestSettings settings,
            Clock clock) {
        this.definition = writers.definition();
        this.writers = writers;
        this.ingest = ingest;
        this.watch = watch;
        this.producer = producer;
        this.letters = letters;
        this.encoder = new RecordEncoder(definition);
        this.placement = new PointPlacement(writers, encoder);
        this.lease = settings.lease();
        this.clock = clock;
    }

    CollectionIngest ingest() {
        return ingest;
    }

    PartitionWriters writers() {
        return writers;
    }

    /** Starts reading, as operators want it. */
    void begin(CollectionSteering steering) {
        steered = steering;
        writers.facts().acknowledge(steering.gapsSeenAt());
        if (steering.paused()) {
            ingest.pause();
        }
        ingest.start();
    }

    /** Does what operators want since the last time. */
    void steer(CollectionSteering wanted) {
        CollectionSteering before = steered;
        steered = wanted;
        writers.facts().acknowledge(wanted.gapsSeenAt());
        if (wanted.paused() && !before.paused()) {
            ingest.pause();
        }
        if (!wanted.paused() && (before.paused() || wanted.resumes() > before.resumes())) {
            ingest.resume(wanted.resumes() > before.resumes() && wanted.skipBadRecords());
        }
    }

    /** Takes a newer definition of the same collection. */
    void redefine(CollectionDefinition newer) {
        if (!newer.fields().equals(definition.fields())) {
            writers.indexFields(newer.fields());
        }
        if (!newer.schema().equals(definition.schema())) {
            writers.changeIndexes(newer.schema());
        }
        definition = newer;
    }

    @Override
    public CollectionDefinition definition() {
        return definition;
    }

    @Override
    public Optional<Shard> shard(int partition) {
        return writers.find(partition).map(PartitionWriter::shard);
    }

    @Override
    public List<PartitionPosition> positions() {
        SourceView view = watch.view(definition.source().topic());
        List<PartitionPosition> positions = new ArrayList<>();
        for (int partition = 0; partition < definition.source().partitions(); partition++) {
            positions.add(position(partition, view));
        }
        return positions;
    }

    @Override
    public PartitionPosition position(int partition) {
        return position(partition, watch.view(definition.source().topic()));
    }

    @Override
    public IngestStatus status() {
        return ingest.status();
    }

    @Override
    public boolean keepsEveryRecord() {
        return ingest.keepsEveryRecord();
    }

    @Override
    public CompletableFuture<SortedMap<Integer, Long>> write(List<PointChange> changes) {
        State state = ingest.state();
        if (state == State.HALTED || state == State.CLOSED) {
            return CompletableFuture.failedFuture(
                    new LogWriteException(
                            LogWriteException.Reason.FAILED,
                            "collection '%s' takes no writes, it is %s: %s"
                                    .formatted(definition.name(), state, ingest.status().detail()),
                            new IllegalStateException(state.toString())));
        }
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(changes.size());
        for (PointChange change : changes) {
            for (int partition : placement.of(change)) {
                records.add(encoder.encode(change, partition));
            }
        }
        return producer.send(records);
    }

    @Override
    public List<Gap> gaps(int partition) {
        return writers.facts().gaps(partition);
    }

    @Override
    public Optional<Instant> caughtUpAt(int partition) {
        return Optional.of(writers.facts().caughtUpAt(partition))
                .filter(at -> !at.equals(Instant.EPOCH));
    }

    @Override
    public String deadLetterTopic() {
        return definition.deadLetterTopic();
    }

    @Override
    public List<DeadLetter> deadLetters(int limit, Duration timeout) {
        return letters.newest(limit, timeout);
    }

    @Override
    public DeadLetter.Replay replay(int limit, boolean evenIfSuperseded, Duration timeout) {
        return letters.replay(limit, evenIfSuperseded, timeout);
    }

    private PartitionPosition position(int partition, SourceView view) {
        boolean heard = isHeard(view) && ingest.state() == State.RUNNING;
        Optional<Shard> shard = shard(partition);
        long applied = shard.map(Shard::appliedOffset).orElse(0L);
        long durable = shard.map(Shard::durableOffset).orElse(0L);
        long end = view.ends().of(partition);
        // What was applied is certainly in the log, though its end was heard earlier.
        Optional<PartitionWriter> writer = writers.find(partition);
        Optional<Halt> halt = writer.flatMap(PartitionWriter::halt);
        boolean halted = halt.isPresent() || ingest.state() == State.HALTED;
        long knownEnd = end < 0 ? -1 : Math.max(end, applied);
        return new PartitionPosition(
                partition,
                applied - 1,
                durable - 1,
                knownEnd,
                freshness(shard.isPresent(), heard && isFollowed(partition) && !halted),
                view.contact(),
                flags(partition, halted, knownEnd > applied),
                halt.map(Halt::reason).orElse(""),
                writer.map(PartitionWriter::newestTimestampMs).orElse(0L));
    }

    private Set<PartitionPosition.Flag> flags(int partition, boolean halted, boolean behind) {
        Set<PartitionPosition.Flag> flags = EnumSet.noneOf(PartitionPosition.Flag.class);
        if (halted) {
            flags.add(PartitionPosition.Flag.HALTED);
        }
        if (writers.facts().hasOpenGap(partition)) {
            flags.add(PartitionPosition.Flag.GAP);
        }
        if (behind && writers.facts().caughtUpAt(partition).equals(Instant.EPOCH)) {
            flags.add(PartitionPosition.Flag.CATCHING_UP);
        }
        return flags;
    }

    private static PartitionPosition.Freshness freshness(boolean present, boolean followed) {
        if (!present) {
            return PartitionPosition.Freshness.MISSING;
        }
        return followed ? PartitionPosition.Freshness.FRESH : PartitionPosition.Freshness.STALE;
    }

    private boolean isFollowed(int partition) {
        return writers.isAttached(partition)
                && writers.followedAt(partition).plus(lease).isAfter(clock.instant());
    }

    private boolean isHeard(SourceView view) {
        Instant contact = view.contact();
        return contact != null && contact.plus(lease).isAfter(clock.instant());
    }
}
