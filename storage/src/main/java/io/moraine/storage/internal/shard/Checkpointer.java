package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.manifest.Manifest;
import io.moraine.storage.internal.segment.AppendableSegment;
import io.moraine.storage.internal.segment.AsideWork;
import io.moraine.storage.internal.segment.Deaths;
import io.moraine.storage.internal.segment.RowSelection;
import io.moraine.storage.internal.segment.SealedSegment;
import io.moraine.storage.internal.segment.SealedSegmentWriter;
import io.moraine.storage.internal.segment.SegmentFiles;
import io.moraine.storage.internal.wal.Wal;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Moves operations from the log into sealed segments.
 *
 * <p>A checkpoint at offset X: freeze the appendable segment → write its rows as files, forced and
 * read back → write the deaths up to X in other segments → force the directory → publish the
 * manifest → put the sealed segment in the frozen one's place → let go of log and files behind. A
 * failure on the way leaves everything as it was, with the frozen segment still answering; the next
 * attempt goes on with it and with the same X.
 *
 * <p>Locks: the maintenance lock is held from end to end and taken before the write lock, which is
 * held for the moment of freezing and of replacing only.
 */
final class Checkpointer {

    private static final Logger LOG = System.getLogger(Checkpointer.class.getName());

    /** An appendable segment on its way to disk. */
    private record Freeze(@Nullable AppendableSegment segment, long offset, int leaderEpoch) {}

    /** Where the shard stands; asked for under the write lock. */
    interface Position {
        int leaderEpoch();

        /** The rows appended so far are on their way. */
        void frozen();
    }

    private final Shared shared;
    private final Maintenance maintenance;
    private final ReentrantLock maintenanceLock;
    private final ReentrantLock writeLock;
    private final LiveSegments live;
    private final Wal wal;
    private final Position position;
    private final FieldIndexes fieldIndexes;
    private @Nullable Freeze pending;
    private int leaderEpoch;
    private boolean closed;
    private volatile long checkpoint;
    private AsideWork deletions = AsideWork.done();

    /**
     * @param checkpoint of the newest manifest
     * @param leaderEpoch of the newest manifest
     */
    Checkpointer(
            Shared shared,
            Wal wal,
            Position position,
            FieldIndexes fieldIndexes,
            long checkpoint,
            int leaderEpoch) {
        this.shared = shared;
        this.maintenance = shared.environment().maintenance();
        this.maintenanceLock = shared.maintenanceLock();
        this.writeLock = shared.writeLock();
        this.live = shared.live();
        this.wal = wal;
        this.position = position;
        this.fieldIndexes = fieldIndexes;
        this.checkpoint = checkpoint;
        this.leaderEpoch = leaderEpoch;
    }

    /** Everything below this offset is safe in segments. */
    long checkpoint() {
        return checkpoint;
    }

    /** Leader epoch of the last record below the checkpoint; with the maintenance lock. */
    int leaderEpoch() {
        return leaderEpoch;
    }

    /**
     * Brings everything below an applied offset into sealed segments. It takes two rounds when an
     * earlier one failed half-way.
     */
    void run(long target) throws IOException {
        maintenanceLock.lock();
        try {
            while (!closed && checkpoint < target) {
                seal(freeze());
            }
        } finally {
            maintenanceLock.unlock();
        }
    }

    /** Waits for a running checkpoint and prevents further ones. */
    void close() {
        maintenanceLock.lock();
        try {
            closed = true;
            deletions.await();
        } finally {
            maintenanceLock.unlock();
        }
    }

    private Freeze freeze() {
        if (pending != null) {
            return pending;
        }
        AppendableSegment fresh =
                new AppendableSegment(
                        shared.schema(),
                        shared.environment().reaper(),
                        shared.environment().chunks());
        writeLock.lock();
        try {
            long offset = live.applied().get();
            AppendableSegment full = live.current().appendable();
            position.frozen();
            if (full.rows() == 0) {
                return new Freeze(null, offset, position.leaderEpoch());
            }
            live.freeze(fresh);
            pending = new Freeze(full, offset, position.leaderEpoch());
            return pending;
        } finally {
            writeLock.unlock();
            fresh.release();
        }
    }

    private void seal(Freeze freeze) throws IOException {
        long lowest = shared.history().horizon(freeze.offset());
        List<RowSelection> selections =
                freeze.segment() == null
                        ? List.of()
                        : List.of(RowSelection.since(freeze.segment(), lowest));
        SealedSegment sealed = write(selections, freeze.offset());
        boolean published = false;
        try {
            List<SealedSegment> all = new ArrayList<>(live.current().sealed());
            if (sealed != null) {
                fieldIndexes.prepare(sealed, () -> false);
                all.add(sealed);
            }
            if (freeze.segment() != null) {
                shared.publisher().raiseHistoryFloor(lowest);
            }
            Manifest manifest =
                    shared.publisher().publish(freeze.offset(), freeze.leaderEpoch(), all);
            published = true;
            checkpoint = manifest.checkpoint();
            leaderEpoch = manifest.leaderEpoch();
            pending = null;
            if (freeze.segment() != null) {
                replaceFrozen(sealed, selections, lowest);
            }
        } finally {
            if (sealed != null) {
                if (!published) {
                    shared.publisher().discard(sealed);
                }
                sealed.release();
            }
        }
        wal.durableElsewhere(checkpoint);
        deleteLogs(shared.publisher().walFloor());
    }

    /** Beside whatever follows: large files take their time to go. */
    private void deleteLogs(long floor) {
        deletions.result();
        deletions = AsideWork.begin(maintenance.aside(), () -> deleteLogsNow(floor));
        if (deletions.isDone()) {
            deletions.result();
        }
    }

    private void deleteLogsNow(long floor) {
        try {
            wal.deleteBehind(floor);
        } catch (IOException left) {
            LOG.log(
                    Level.WARNING,
                    "log files are left, the next checkpoint deletes them: directory="
                            + shared.place().directory(),
                    left);
        }
    }

    /** Waits until the log files that the last checkpoint made useless are gone. */
    void awaitDeletions() {
        maintenanceLock.lock();
        try {
            deletions.await();
        } finally {
            maintenanceLock.unlock();
        }
    }

    private void replaceFrozen(
            @Nullable SealedSegment sealed, List<RowSelection> selections, long offset) {
        writeLock.lock();
        try {
            if (sealed != null) {
                fieldIndexes.prepare(sealed, () -> false);
            }
            live.replaceFrozen(sealed, selections, offset);
        } finally {
            writeLock.unlock();
        }
    }

    private @Nullable SealedSegment write(List<RowSelection> selections, long offset)
            throws IOException {
        if (selections.stream().allMatch(selection -> selection.count() == 0)) {
            return null;
        }
        ShardEnvironment environment = shared.environment();
        SegmentFiles files =
                new SealedSegmentWriter(
                                shared.place(),
                                shared.schema(),
                                environment.uuids(),
                                selections,
                                () -> false,
                                maintenance.aside())
                        .write();
        SealedSegment sealed =
                SealedSegment.open(shared.place(), shared.schema(), files, environment.reaper());
        sealed.bringIn();
        Deaths.carryOver(selections, sealed, offset);
        return sealed;
    }
}
