package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.Quarantine;
import io.moraine.storage.internal.manifest.CleanMarker;
import io.moraine.storage.internal.manifest.LoadedManifest;
import io.moraine.storage.internal.manifest.Manifest;
import io.moraine.storage.internal.manifest.ManifestFiles;
import io.moraine.storage.internal.manifest.ManifestStore;
import io.moraine.storage.internal.manifest.SchemaBytes;
import io.moraine.storage.internal.manifest.SegmentEntry;
import io.moraine.storage.internal.manifest.SweepReport;
import io.moraine.storage.internal.manifest.UncleanStarts;
import io.moraine.storage.internal.segment.AppendableSegment;
import io.moraine.storage.internal.segment.SealedSegment;
import io.moraine.storage.internal.segment.Segment;
import io.moraine.storage.internal.segment.SegmentPlace;
import io.moraine.storage.internal.wal.ReplayHandler;
import io.moraine.storage.internal.wal.Wal;
import io.moraine.storage.internal.wal.WalRecovery;
import io.moraine.storage.internal.wal.WalRecoveryReport;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.OperationView;
import io.moraine.storage.model.PayloadCompression;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Opens a shard, whatever state it was left in: newest sound manifest → segments and the deaths in
 * them → log from the checkpoint on, through the same code as live operations → a new log file.
 *
 * <p>Nothing that was durable is lost, and nothing beyond a hole is kept: the result is the log up
 * to one offset. Doing it again after a crash in the middle comes to the same.
 */
public final class ShardRecovery {

    private static final Logger LOG = System.getLogger(ShardRecovery.class.getName());

    private final ShardEnvironment environment;
    private final ShardConfig config;
    private final SegmentPlace place;
    private final CollectionSchema schema;
    private final SchemaBytes schemaBytes;
    private final LiveSchema liveSchema;
    private final Searcher searcher;
    private final ManifestStore manifests;
    private final OutcomeCounts counts = new OutcomeCounts();
    private final IgnoredUpdates ignored = new IgnoredUpdates();

    private ShardRecovery(
            ShardEnvironment environment,
            ShardConfig config,
            SegmentPlace place,
            CollectionSchema schema) {
        this.environment = environment;
        this.config = config;
        this.place = place;
        this.schema = schema;
        this.schemaBytes = SchemaFormat.encode(schema);
        this.liveSchema = new LiveSchema(schema);
        this.searcher = new Searcher(liveSchema);
        this.manifests =
                new ManifestStore(
                        environment.io(), place.directory(), place.owner(), environment.uuids());
    }

    /**
     * Opens a shard, or makes an empty one.
     *
     * @param directory the shard's own directory, made when absent
     * @param owner which shard it is
     * @throws CorruptFileException if there are files but no sound state among them; what is
     *     unsound was set aside, and the next attempt starts an empty shard, to be filled from its
     *     topic
     * @throws IllegalArgumentException if the shard on disk has another schema
     */
    public static LiveShard open(
            ShardEnvironment environment,
            ShardConfig config,
            Path directory,
            FileOwner owner,
            CollectionSchema schema)
            throws IOException {
        environment.io().createDirectories(directory);
        PayloadCompression payloads = config.keeping().payloads();
        SegmentPlace.requireAvailable(payloads);
        SegmentPlace place = new SegmentPlace(environment.io(), directory, owner, payloads);
        return new ShardRecovery(environment, config, place, schema).run();
    }

    private LiveShard run() throws IOException {
        long startedMs = environment.clock().millis();
        List<SealedSegment> sealed = new ArrayList<>();
        @Nullable LiveSegments live = null;
        boolean opened = false;
        try {
            boolean marked = manifests.hasCleanMarker();
            Optional<Manifest> manifest = openSegments(sealed, marked);
            Optional<CleanMarker> clean = manifests.takeCleanMarker();
            long checkpoint = manifest.map(Manifest::checkpoint).orElse(0L);
            long floor = manifest.map(Manifest::historyFloor).orElse(0L);
            live = new LiveSegments(firstSet(sealed, floor), checkpoint, searcher);
            WalRecoveryReport log = replay(live, checkpoint);
            sweep();
            SegmentPublisher publisher =
                    new SegmentPublisher(
                            manifests, place, schemaBytes, environment, manifest.orElse(null));
            if (manifest.isEmpty()) {
                publisher.publish(0, -1, List.of());
            }
            Recovered recovered =
                    new Recovered(
                            clean.isPresent(),
                            checkpoint,
                            log.frames(),
                            log.bytes(),
                            environment.clock().millis() - startedMs);
            LiveShard shard = assemble(live, publisher, manifest, log, recovered);
            opened = true;
            logResult(recovered, log.nextOffset());
            return shard;
        } finally {
            sealed.forEach(Segment::release);
            if (!opened && live != null) {
                live.close();
            }
        }
    }

    /** Opens the newest state whose files are sound; what is not is set aside. */
    private Optional<Manifest> openSegments(List<SealedSegment> sealed, boolean marked)
            throws IOException {
        BodyCheck bodies = new BodyCheck(place);
        boolean suspicious = isSuspicious(marked);
        while (true) {
            LoadedManifest loaded = manifests.load();
            loaded.setAside()
                    .forEach(problem -> LOG.log(Level.WARNING, "manifest set aside: " + problem));
            if (loaded.manifest().isEmpty()) {
                if (!loaded.setAside().isEmpty()) {
                    throw new CorruptFileException(
                            "every manifest",
                            place.directory(),
                            0,
                            "one that is sound",
                            loaded.setAside(),
                            "media error; unsound files were moved to quarantine, open the shard"
                                    + " again to rebuild it from its topic");
                }
                return Optional.empty();
            }
            Manifest manifest = loaded.manifest().get();
            checkSchema(manifest);
            try {
                if (suspicious) {
                    bodies.before(manifest);
                }
                bodies.warm(manifest, config.keeping().warmup());
                for (SegmentEntry entry : manifest.segments()) {
                    sealed.add(PublishedState.open(place, schema, entry, environment.reaper()));
                }
                return loaded.manifest();
            } catch (CorruptFileException corrupt) {
                LOG.log(Level.WARNING, "segment file set aside", corrupt);
                sealed.forEach(Segment::release);
                sealed.clear();
                new Quarantine(environment.io(), place.directory())
                        .move(corrupt.path().getFileName().toString());
            }
        }
    }

    /**
     * Whether all bytes are checked before any is mapped: the second time in a row that a shard was
     * not closed in order, its own bytes may have been the reason.
     */
    private boolean isSuspicious(boolean marked) throws IOException {
        UncleanStarts starts =
                new UncleanStarts(
                        environment.io(), place.directory(), place.owner(), environment.uuids());
        if (marked) {
            starts.forget();
            return false;
        }
        if (ManifestFiles.namesNewestFirst(environment.io(), place.directory()).isEmpty()) {
            return false;
        }
        long now = environment.clock().millis();
        int inARow = starts.count(now) + 1;
        int max = config.keeping().uncleanStartsMax();
        if (max > 0 && inARow >= max) {
            throw new SafeModeException(
                    place.directory(),
                    inARow,
                    TimeUnit.MILLISECONDS.toMinutes(UncleanStarts.SOON_MS));
        }
        try {
            return starts.note(now) > 1;
        } catch (IOException diskTakesNothing) {
            LOG.log(Level.WARNING, "an unclean start could not be noted", diskTakesNothing);
            return false;
        }
    }

    private void checkSchema(Manifest manifest) {
        if (!manifest.schema().equals(schemaBytes)) {
            throw new IllegalArgumentException(
                    "the shard on disk has another schema: expected=%s actual=%s directory=%s"
                            .formatted(
                                    schema,
                                    SchemaFormat.decode(manifest.schema()),
                                    place.directory()));
        }
    }

    private SegmentSet firstSet(List<SealedSegment> sealed, long historyFloor) {
        AppendableSegment appendable =
                new AppendableSegment(schema, environment.reaper(), environment.chunks());
        SegmentSet set = new SegmentSet(appendable, null, sealed, historyFloor);
        appendable.release();
        return set;
    }

    private WalRecoveryReport replay(LiveSegments live, long checkpoint) throws IOException {
        WalRecoveryReport report =
                WalRecovery.replay(
                        environment.io(),
                        place.directory(),
                        place.owner(),
                        checkpoint,
                        new Replay(live, schema, counts, ignored));
        report.findings().forEach(finding -> LOG.log(Level.WARNING, finding));
        return report;
    }

    private void sweep() throws IOException {
        SweepReport report = manifests.sweep();
        if (!report.unknown().isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "files that are not ours were left alone: directory="
                            + place.directory()
                            + " names="
                            + report.unknown());
        }
    }

    private LiveShard assemble(
            LiveSegments live,
            SegmentPublisher publisher,
            Optional<Manifest> manifest,
            WalRecoveryReport log,
            Recovered recovered) {
        Wal wal =
                Wal.open(
                        environment.io(),
                        place.directory(),
                        place.owner(),
                        config.wal(),
                        log,
                        environment.walWorkers(),
                        environment.uuids());
        int checkpointEpoch = manifest.map(Manifest::leaderEpoch).orElse(-1);
        return new LiveShard(
                new Shared(
                        new ReentrantLock(),
                        new ReentrantLock(),
                        live,
                        publisher,
                        place,
                        liveSchema,
                        new History(
                                config.keeping().historyRetentionMs(),
                                environment.clock(),
                                live.lowestOffset(),
                                live.applied().get()),
                        environment),
                config,
                manifests,
                wal,
                manifest.map(Manifest::checkpoint).orElse(0L),
                checkpointEpoch,
                log.frames() > 0 ? log.leaderEpoch() : checkpointEpoch,
                counts,
                ignored,
                recovered);
    }

    private void logResult(Recovered recovered, long applied) {
        LOG.log(
                Level.INFO,
                "shard opened: directory=%s checkpoint=%d applied=%d replayed=%d clean=%s ms=%d"
                        .formatted(
                                place.directory(),
                                recovered.checkpoint(),
                                applied,
                                recovered.replayedFrames(),
                                recovered.clean(),
                                recovered.tookMs()));
    }

    /** Applies what the log holds. */
    private record Replay(
            LiveSegments live,
            CollectionSchema schema,
            OutcomeCounts counts,
            IgnoredUpdates ignored)
            implements ReplayHandler {

        @Override
        public void operation(long offset, int leaderEpoch, OperationView operation) {
            if (offset >= live.applied().get()) {
                operation.checkStructure(schema);
                Outcome outcome = live.judge(operation);
                if (outcome == Outcome.APPLIED) {
                    live.apply(offset + 1, operation);
                }
                counts.count(outcome);
                ignored.note(offset, operation, outcome);
                live.publish(offset + 1);
            }
        }

        @Override
        public void advance(long nextOffset, int leaderEpoch) {
            if (nextOffset > live.applied().get()) {
                live.publish(nextOffset);
            }
        }
    }
}
