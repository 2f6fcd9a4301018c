package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.segment.IndexFile;
import io.moraine.storage.internal.segment.IndexFileWriter;
import io.moraine.storage.internal.segment.SealedSegment;
import io.moraine.storage.model.IndexOptions;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Gives sealed segments the indexes they should have, and takes away those they should not, while
 * the shard goes on.
 *
 * <p>An index is built from a segment's own files, without a lock. It is used from the moment its
 * file is safe; a manifest names it then. Until there is one, searches scan codes or compare rows,
 * so each row of a segment is looked at by exactly one way, whichever a search finds. When the
 * segment was merged away meanwhile, the index is thrown away.
 *
 * <p>While a shard is written to, its segments are merged away sooner or later, and an index built
 * for one is lost. How long one will live is not known; so the background begins when a segment has
 * lived for as long as building takes. That is at most twice the work that would do if it were
 * known (the ski rental problem), and a segment that is merged at once costs nothing.
 *
 * <p>One build of a shard at a time. Building runs when there is time; making an index known is the
 * work of the thread that seals, so that nobody who ingests waits for a lock whose holder waits for
 * a processor.
 */
final class Indexer {

    private static final Logger LOG = System.getLogger(Indexer.class.getName());
    private static final long RETRY_MS = 60_000;

    /** About what building clusters takes; 24 measured for 116,653 rows of 384 dimensions. */
    private static final long BUILD_US_PER_ROW = 20;

    private final Shared shared;
    private final Checkpointer checkpointer;
    private final int ivfRowsMin;
    private final ReentrantLock running = new ReentrantLock();
    private final AtomicBoolean requested = new AtomicBoolean();

    /** The index that is built and not known yet; put there by a build, taken under the lock. */
    private final AtomicReference<@Nullable Built> built = new AtomicReference<>();

    /** The shard's segments, and when the background saw each first. */
    private final Map<SealedSegment, Long> seenMs = new ConcurrentHashMap<>();

    private volatile long retryAtMs;
    private volatile boolean stopped;

    /** An index whose file is safe, and its segment, which is held until it is known or gone. */
    private record Built(SealedSegment segment, IndexFile file) {}

    /**
     * @param ivfRowsMin smaller segments get no clusters
     */
    Indexer(Shared shared, Checkpointer checkpointer, int ivfRowsMin) {
        this.shared = shared;
        this.checkpointer = checkpointer;
        this.ivfRowsMin = ivfRowsMin;
    }

    /** Changes how the vectors in a slot are to be found, and begins to work towards it. */
    void change(int slot, IndexOptions options) {
        shared.liveSchema().change(slot, options);
        retryAtMs = 0;
        request();
    }

    /** Has the background do what is to be done, if there is anything. */
    void request() {
        boolean due = !stopped && shared.environment().clock().millis() >= retryAtMs;
        if (due && isDue(this::ripe) && !requested.getAndSet(true)) {
            shared.environment().maintenance().index(this::runQuietly);
        }
    }

    /** Whether some index should be built, now or in a while, or taken away. */
    boolean isDue() {
        return isDue(UnaryOperator.identity());
    }

    /** The same with some of the segments to be given indexes; none is too young to lose one. */
    private boolean isDue(UnaryOperator<List<SealedSegment>> chosen) {
        List<SealedSegment> sealed = shared.live().current().sealed();
        IndexPlan plan = plan();
        return plan.next(chosen.apply(sealed)).isPresent() || plan.anyUnwanted(sealed);
    }

    /** Does all there is to do. */
    void runAll() throws IOException {
        boolean more = true;
        while (more && !stopped) {
            try {
                boolean worked = run(UnaryOperator.identity());
                more = publish() || worked;
            } catch (CancellationException segmentIsGone) {
                LOG.log(Level.DEBUG, "index given up", segmentIsGone);
            }
        }
    }

    /** Gives a running build up, waits for it, and prevents further ones. */
    void stop() {
        stopped = true;
        running.lock();
        shared.maintenanceLock().lock();
        try {
            // Whoever held a lock is done; whoever comes next sees the flag.
            Built left = built.getAndSet(null);
            if (left != null) {
                shared.publisher().discard(left.file());
                left.segment().release();
            }
        } finally {
            shared.maintenanceLock().unlock();
            running.unlock();
        }
    }

    private void runQuietly() {
        requested.set(false);
        quietly(() -> {
            boolean more = run(this::ripe);
            if (built.get() != null) {
                shared.environment().maintenance().seal(() -> quietly(this::publishAndGoOn));
            } else if (more) {
                request();
            }
        });
    }

    private void publishAndGoOn() throws IOException {
        if (publish()) {
            request();
        }
    }

    /** A step of the work, which may end in a failure of the disk. */
    private interface Step {
        void run() throws IOException;
    }

    private void quietly(Step step) {
        try {
            step.run();
        } catch (CancellationException notNeeded) {
            LOG.log(Level.DEBUG, "index given up, the shard or the segment is gone", notNeeded);
            request();
        } catch (IOException | RuntimeException e) {
            retryAtMs = shared.environment().clock().millis() + RETRY_MS;
            LOG.log(
                    Level.WARNING,
                    "an index could not be built and will be tried again in a minute; searches go"
                            + " on without it: directory="
                            + shared.place().directory(),
                    e);
        }
    }

    /**
     * Does one thing; false when there was none.
     *
     * @param chosen of the shard's segments, those that are to have indexes by now
     */
    private boolean run(UnaryOperator<List<SealedSegment>> chosen) throws IOException {
        running.lock();
        try {
            if (stopped || built.get() != null) {
                return false;
            }
            boolean dropped = dropUnwanted();
            Optional<IndexPlan.Missing> missing = pinNext(chosen);
            if (missing.isEmpty()) {
                return dropped;
            }
            SealedSegment segment = missing.get().segment();
            try {
                IndexFile file = build(missing.get());
                segment.retain();
                built.set(new Built(segment, file));
                segment.warm(shared.place(), file);
            } finally {
                segment.release();
            }
            return true;
        } finally {
            running.unlock();
        }
    }

    /** Those that have lived for as long as building an index for them takes. */
    private List<SealedSegment> ripe(List<SealedSegment> sealed) {
        long nowMs = shared.environment().clock().millis();
        seenMs.keySet().retainAll(sealed);
        return sealed.stream()
                .filter(segment -> {
                    long seen = seenMs.merge(segment, nowMs, Math::min);
                    return nowMs - seen >= segment.rows() * BUILD_US_PER_ROW / 1_000;
                })
                .toList();
    }

    private boolean dropUnwanted() throws IOException {
        shared.maintenanceLock().lock();
        try {
            IndexPlan plan = plan();
            List<SealedSegment> sealed = shared.live().current().sealed();
            if (!plan.anyUnwanted(sealed)) {
                return false;
            }
            sealed.forEach(segment -> segment.detach(plan::isUnwanted));
            publishAll();
            return true;
        } finally {
            shared.maintenanceLock().unlock();
        }
    }

    private Optional<IndexPlan.Missing> pinNext(UnaryOperator<List<SealedSegment>> chosen) {
        shared.maintenanceLock().lock();
        try {
            Optional<IndexPlan.Missing> missing =
                    plan().next(chosen.apply(shared.live().current().sealed()));
            missing.ifPresent(next -> next.segment().retain());
            return missing;
        } finally {
            shared.maintenanceLock().unlock();
        }
    }

    private IndexFile build(IndexPlan.Missing missing) throws IOException {
        SealedSegment segment = missing.segment();
        IndexFileWriter writer =
                new IndexFileWriter(
                        shared.place(),
                        shared.environment().uuids(),
                        () -> stopped || !isLive(segment));
        return missing.kind() == FileKind.CODES
                ? writer.writeCodes(segment, missing.slot())
                : writer.writeClusters(segment, missing.slot());
    }

    /** Makes known what was built; false when nothing was. */
    private boolean publish() throws IOException {
        shared.maintenanceLock().lock();
        try {
            Built ready = built.getAndSet(null);
            if (ready == null) {
                return false;
            }
            try {
                publish(ready.segment(), ready.file());
            } finally {
                ready.segment().release();
            }
            return true;
        } finally {
            shared.maintenanceLock().unlock();
        }
    }

    private void publish(SealedSegment segment, IndexFile index) throws IOException {
        boolean published = false;
        try {
            if (!stopped && isLive(segment) && !plan().isUnwanted(index)) {
                segment.attach(shared.place(), index);
                publishAll();
                published = true;
            }
        } finally {
            if (!published) {
                segment.detach(index::equals);
                shared.publisher().discard(index);
            }
        }
    }

    private void publishAll() throws IOException {
        shared.publisher()
                .publish(
                        checkpointer.checkpoint(),
                        checkpointer.leaderEpoch(),
                        shared.live().current().sealed());
    }

    private boolean isLive(SealedSegment segment) {
        return shared.live().current().sealed().contains(segment);
    }

    private IndexPlan plan() {
        return new IndexPlan(shared.schema(), ivfRowsMin);
    }
}
