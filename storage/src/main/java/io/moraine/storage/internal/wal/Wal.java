package io.moraine.storage.internal.wal;

import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.StorageIo;
import io.moraine.storage.model.OperationView;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The log of one shard. An append copies the operation into memory and returns; the {@link
 * WalWorkers} of the store write it to a file and force it later. Life: see {@link WalState}.
 *
 * <p>Invariants (offsets are next offsets: everything below is meant):
 *
 * <ul>
 *   <li>{@link #durable} ≤ written ≤ {@link #appended}. What is written and not durable lies in
 *       files whose last checksums are remembered here; what is appended and not written lies in
 *       the ring.
 *   <li>{@link #durable} moves only to a mark taken before a sync that succeeded, or to what is
 *       durable elsewhere.
 *   <li>A file whose sync failed is never written, forced or trusted again. Its frames that were
 *       not safe are read back, compared with the checksums remembered here, and written to a new
 *       file. If they cannot be read back they are lost to the log, though applied: the durable
 *       offset then stands still, and {@link #wantsCheckpoint} is true, until a checkpoint has
 *       passed them.
 * </ul>
 *
 * <p>Threads: {@link #append}, {@link #advance} and {@link #close} belong to the shard's writer;
 * the rest may be called by any thread that nobody interrupts during file operations ({@link
 * #deleteBehind} deletes files).
 */
public final class Wal implements AutoCloseable {

    /** What a step did. */
    enum Step {
        /** There was nothing to do. */
        NOTHING,
        /** All that was there is written. */
        DONE,
        /** Something was written and more waits. */
        MORE
    }

    private static final VarHandle APPENDED;

    static {
        try {
            APPENDED = MethodHandles.lookup().findVarHandle(Wal.class, "appended", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final WalConfig config;
    private final WalWorkers workers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final FrameIntake intake;
    private final WalLog log;
    private final WalHealth health;
    private final WalTrouble trouble;

    // The shard's writer's own.
    private long next;

    private volatile long appended;

    /** Next offset that somebody wants to be safe soon; moves forward only. */
    private final AtomicLong syncRequested = new AtomicLong();

    // Under the lock.
    private boolean syncing;

    private Wal(WalLog log, WalConfig config, WalWorkers workers, long nextOffset) {
        this.log = log;
        health = new WalHealth(log.directory(), config);
        trouble = new WalTrouble(log, health, workers, progress);
        this.config = config;
        this.workers = workers;
        intake = new FrameIntake(config.ringBytes());
        next = nextOffset;
        appended = nextOffset;
    }

    /**
     * Opens the log of a shard behind what was recovered. No file is made before the first append.
     *
     * @param directory the shard's directory, which exists
     * @param owner the shard
     * @param recovered what {@link WalRecovery} found; everything below its next offset is durable
     * @param workers who writes and forces
     * @param uuids source of file ids
     */
    public static Wal open(
            StorageIo io,
            Path directory,
            FileOwner owner,
            WalConfig config,
            WalRecoveryReport recovered,
            WalWorkers workers,
            Supplier<UUID> uuids) {
        WalLog log = new WalLog(io, directory, owner, config, recovered.tail(), uuids);
        Wal wal = new Wal(log, config, workers, recovered.nextOffset());
        workers.add(wal);
        return wal;
    }

    /**
     * Appends an operation. It is in the operating system's hands within a few milliseconds and
     * safe on the device as the sync policy says.
     *
     * @param offset its offset, not below {@link #appended}
     * @param leaderEpoch its record's leader epoch, -1 when unknown
     * @param operation copied; its memory may be reused when the call returns
     * @throws WalStalledException if the log takes nothing now; nothing was appended
     */
    public void append(long offset, int leaderEpoch, OperationView operation)
            throws WalStalledException {
        checkOffset(offset);
        int length = Math.toIntExact(WalFormatV1.PAYLOAD_AT + operation.length());
        int at = claim(WalFormatV1.padded(length));
        intake.putOperation(at, leaderEpoch, next, offset, operation);
        appended(offset + 1);
    }

    /**
     * Moves the log over offsets that change no point.
     *
     * @param nextOffset the new {@link #appended}; not above it changes nothing
     * @throws WalStalledException if the log takes nothing now; nothing was appended
     */
    public void advance(long nextOffset, int leaderEpoch) throws WalStalledException {
        if (nextOffset <= next) {
            return;
        }
        int at = claim(WalFormatV1.PAYLOAD_AT);
        intake.putAdvance(at, leaderEpoch, next, nextOffset);
        appended(nextOffset);
    }

    /** Next offset behind everything appended. */
    public long appended() {
        return appended;
    }

    /** Next offset behind everything that is safe on the device, here or in segments. */
    public long durable() {
        return log.durable();
    }

    /** What the log is doing. */
    public WalState state() {
        return health.state();
    }

    /** A sentence about the state when it needs attention, else empty. */
    public String detail() {
        lock.lock();
        try {
            return health.detail();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether the durable offset stands still until a checkpoint: frames were lost to a failed sync
     * and could not be read back.
     */
    public boolean wantsCheckpoint() {
        return log.hasHole();
    }

    /** Bytes of the log's files, reserved space not counted. */
    public long diskBytes() {
        lock.lock();
        try {
            return log.diskBytes();
        } finally {
            lock.unlock();
        }
    }

    /** Off-heap bytes held. */
    public long residentBytes() {
        return intake.residentBytes();
    }

    /**
     * Has everything appended so far forced to the device soon, whatever the policy; waits for
     * nothing.
     */
    public void requestSync() {
        long target = appended;
        if (log.durable() < target) {
            syncRequested.accumulateAndGet(target, Math::max);
            workers.wakeWriter();
            workers.wakeSyncer();
        }
    }

    /**
     * Waits until everything appended so far is safe on the device.
     *
     * @throws WalStalledException if the disk does not take it; the log goes on trying
     */
    public void sync() throws WalStalledException {
        lock.lock();
        try {
            long target = appended;
            syncRequested.accumulateAndGet(target, Math::max);
            while (log.durable() < target) {
                if (health.state() != WalState.OPEN) {
                    throw health.refusal();
                }
                if (log.hasHole()) {
                    throw new WalStalledException(
                            WalState.OPEN,
                            "part of the log was lost to a failed sync and waits for a checkpoint:"
                                    + " durable="
                                    + log.durable()
                                    + " needed="
                                    + target
                                    + " directory="
                                    + log.directory(),
                            null);
                }
                workers.wakeWriter();
                workers.wakeSyncer();
                workers.await(this, progress, TimeUnit.SECONDS.toNanos(1));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells the log that everything below an offset is safe in segments and a manifest. */
    public void durableElsewhere(long nextOffset) {
        lock.lock();
        try {
            log.durableElsewhere(nextOffset, !syncing);
            if (health.state() == WalState.OPEN && !log.hasHole()) {
                health.remark("");
            }
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Deletes the files that hold nothing at or above an offset.
     *
     * @param floor lowest offset that any kept manifest needs from the log
     */
    public void deleteBehind(long floor) throws IOException {
        // Unlocked while it deletes, which may take long: appends go on. Nothing else touches files
        // that are whole, forced and not needed.
        for (WalLog.OldFile file : behind(floor)) {
            log.delete(file);
            lock.lock();
            try {
                log.forget(file);
            } finally {
                lock.unlock();
            }
        }
    }

    private List<WalLog.OldFile> behind(long floor) {
        lock.lock();
        try {
            return log.behind(floor);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes and forces what is left, then lets go of the files. Closing twice changes nothing.
     *
     * @throws WalStalledException if the disk did not take it; the log is closed all the same
     */
    @Override
    public void close() throws IOException {
        if (health.state() == WalState.CLOSED) {
            return;
        }
        try {
            if (!health.isOver() && !log.hasHole()) {
                sync();
            }
        } finally {
            workers.remove(this);
            lock.lock();
            try {
                health.close();
                progress.signalAll();
                while (syncing) {
                    workers.await(this, progress, TimeUnit.SECONDS.toNanos(1));
                }
                log.close();
                intake.close();
            } finally {
                lock.unlock();
            }
        }
    }

    // --- the shard's writer -------------------------------------------------------------------

    private void checkOffset(long offset) {
        if (offset < next) {
            throw new IllegalArgumentException(
                    "offset " + offset + " was appended before; expected at least " + next);
        }
    }

    private void appended(long nextOffset) {
        next = nextOffset;
        APPENDED.setRelease(this, nextOffset);
        workers.appended(intake.isFilling());
    }

    private int claim(int frameBytes) throws WalStalledException {
        if (health.state() != WalState.OPEN) {
            lock.lock();
            try {
                throw health.refusal();
            } finally {
                lock.unlock();
            }
        }
        int at = intake.claim(frameBytes);
        return at >= 0 ? at : claimSlowly(frameBytes);
    }

    private int claimSlowly(int frameBytes) throws WalStalledException {
        lock.lock();
        try {
            long deadline =
                    workers.nanoTime() + TimeUnit.MILLISECONDS.toNanos(config.appendTimeoutMs());
            while (true) {
                int at = intake.claimSwitching(frameBytes);
                if (at >= 0) {
                    return at;
                }
                if (health.state() != WalState.OPEN) {
                    throw health.refusal();
                }
                long left = deadline - workers.nanoTime();
                if (left <= 0) {
                    throw new WalStalledException(
                            WalState.OPEN,
                            ("the disk is too slow for the log: no room for %d bytes within %d ms,"
                                            + " directory=%s; offer the operation again")
                                    .formatted(
                                            frameBytes, config.appendTimeoutMs(), log.directory()),
                            null);
                }
                workers.wakeWriter();
                workers.await(this, progress, left);
            }
        } finally {
            lock.unlock();
        }
    }

    // --- the workers --------------------------------------------------------------------------

    /** Writes some of what waits. Called by one thread at a time. */
    Step writeStep() {
        lock.lock();
        try {
            if (health.isOver() || log.isPoisoned()) {
                return Step.NOTHING;
            }
            WalRing ring = intake.ring();
            if (ring.isEmpty() || pauseNanos() > 0) {
                return Step.NOTHING;
            }
            boolean wasSynced = log.isSynced();
            log.writeRun(ring, workers.nanoTime());
            trouble.resumed();
            if (wasSynced || nanosUntilSync() <= 0) {
                workers.wakeSyncer();
            }
            return ring.isEmpty() ? Step.DONE : Step.MORE;
        } catch (IOException failed) {
            trouble.stall("the log cannot be written", failed);
            return Step.NOTHING;
        } catch (RuntimeException | Error defect) {
            trouble.fail("writing the log ended unexpectedly", defect);
            return Step.NOTHING;
        } finally {
            lock.unlock();
        }
    }

    /** Forces what was written, if it is time. Called by one thread at a time. */
    void syncStep() {
        WalLog.SyncMark mark;
        lock.lock();
        try {
            if (health.isOver() || nanosUntilSync() > 0) {
                return;
            }
            if (log.isPoisoned()) {
                trouble.rewritePoisoned();
                return;
            }
            mark = log.takeMark(workers.nanoTime());
            syncing = true;
        } finally {
            lock.unlock();
        }
        @Nullable Throwable failed = force(mark);
        lock.lock();
        try {
            syncing = false;
            if (failed == null) {
                log.synced(mark);
                progress.signalAll();
            } else {
                trouble.poisoned(failed);
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Throwable force(WalLog.SyncMark mark) {
        try {
            log.force(mark);
            return null;
        } catch (IOException | RuntimeException | Error failed) {
            return failed;
        }
    }

    /** Whether a sync failed after which frames were not written again yet. */
    boolean hasFramesInDoubt() {
        lock.lock();
        try {
            return log.isPoisoned();
        } finally {
            lock.unlock();
        }
    }

    /** Nanoseconds until a stalled log is tried again; far away when it is not stalled. */
    long nanosUntilWrite() {
        lock.lock();
        try {
            if (intake.ring().isEmpty() || health.isOver()) {
                return Long.MAX_VALUE;
            }
            return log.isPoisoned() ? Long.MAX_VALUE : pauseNanos();
        } finally {
            lock.unlock();
        }
    }

    /** Nanoseconds until this log is due to be forced; 0 or less when it is. */
    long nanosUntilSync() {
        lock.lock();
        try {
            if (health.isOver()) {
                return Long.MAX_VALUE;
            }
            return log.isPoisoned()
                    ? pauseNanos()
                    : log.nanosUntilSync(workers.nanoTime(), syncRequested.get());
        } finally {
            lock.unlock();
        }
    }

    private long pauseNanos() {
        return health.pauseNanos(workers.nanoTime());
    }
}
