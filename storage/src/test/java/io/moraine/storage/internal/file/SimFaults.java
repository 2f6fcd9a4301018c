package io.moraine.storage.internal.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What shall go wrong on a simulated disk. Everything works until told otherwise; a count says how
 * many calls in a row fail.
 */
public final class SimFaults {

    /** The power fails: thrown by the call during which it does, and by every one after it. */
    public static final class PowerFailure extends Error {
        private static final long serialVersionUID = 1L;

        PowerFailure(String during) {
            super("simulated power failure during " + during);
        }
    }

    /** What becomes of a sync. */
    enum Force {
        WORKS,
        IGNORED,
        FAILS_KEEPING_CACHE,
        FAILS_DROPPING_CACHE
    }

    private long steps;
    private long powerFailsAt = Long.MAX_VALUE;
    private long capacity = Long.MAX_VALUE;
    private @Nullable RandomGenerator shortWrites;
    private Predicate<Path> failingWrites = path -> false;
    private int failedWrites;
    private Predicate<Path> failingForces = path -> false;
    private int failedForces;
    private boolean dropCache;
    private Predicate<Path> ignoredForces = path -> false;
    private boolean ignoreDirectorySync;
    private int failedDirectorySyncs;
    private @Nullable Runnable duringForce;
    private Predicate<Path> failingReads = path -> false;
    private Predicate<Path> lostWrites = path -> false;
    private int lostWriteCount;

    /** How many calls that change something there were. */
    public synchronized long steps() {
        return steps;
    }

    /** Lets the power fail during a call, counted from the first one ever. */
    public synchronized void failPowerAt(long step) {
        powerFailsAt = step;
    }

    /** Whether it did. */
    public synchronized boolean powerFailed() {
        return steps >= powerFailsAt;
    }

    /** Everything works again; the count of calls goes on. */
    public synchronized void clear() {
        powerFailsAt = Long.MAX_VALUE;
        clearExceptPower();
    }

    /** Everything works again, but the power fails when it was going to. */
    public synchronized void clearExceptPower() {
        capacity = Long.MAX_VALUE;
        duringForce = null;
        failedWrites = 0;
        failedForces = 0;
        failedDirectorySyncs = 0;
        lostWriteCount = 0;
    }

    /** Limits the bytes of all files together. */
    public synchronized void capacity(long bytes) {
        capacity = bytes;
    }

    /** Makes every write take a random part of its bytes. */
    public synchronized void shortWrites(long seed) {
        shortWrites = new SplittableRandom(seed);
    }

    /** Makes the next writes to some files fail. */
    public synchronized void failWrites(Predicate<Path> files, int count) {
        failingWrites = files;
        failedWrites = count;
    }

    /**
     * Makes the next syncs of some files fail.
     *
     * @param dropCache whether the bytes are gone from the cache too
     */
    public synchronized void failForces(Predicate<Path> files, int count, boolean dropCache) {
        failingForces = files;
        failedForces = count;
        this.dropCache = dropCache;
    }

    /** Does something once, at the end of the next sync of a file, before it returns. */
    public synchronized void duringForce(Runnable action) {
        duringForce = action;
    }

    synchronized void forced() {
        Runnable action = duringForce;
        duringForce = null;
        if (action != null) {
            action.run();
        }
    }

    /** Makes the next syncs of directories fail. */
    public synchronized void failDirectorySyncs(int count) {
        failedDirectorySyncs = count;
    }

    /** Makes reads of some files fail. */
    public synchronized void failReads(Predicate<Path> files) {
        failingReads = files;
    }

    /** Makes the next writes to some files report success and do nothing. */
    public synchronized void loseWrites(Predicate<Path> files, int count) {
        lostWrites = files;
        lostWriteCount = count;
    }

    /** Sabotage: syncs of some files report success and do nothing. */
    public synchronized void ignoreForces(Predicate<Path> files) {
        ignoredForces = files;
    }

    /** Sabotage: syncs of directories report success and do nothing. */
    public synchronized void ignoreDirectorySyncs(boolean ignored) {
        ignoreDirectorySync = ignored;
    }

    synchronized void step(String what, Path path) {
        steps++;
        if (steps >= powerFailsAt) {
            throw new PowerFailure(what + " of " + path.getFileName());
        }
    }

    synchronized void create(Path path) throws IOException {
        failWrite(path);
    }

    synchronized int write(Path path, int bytes, long growth, long used) throws IOException {
        failWrite(path);
        long room = Math.max(0, capacity - used);
        int count = bytes;
        if (growth > room) {
            count = (int) (bytes - growth + room);
            if (count <= 0) {
                throw full(path);
            }
        }
        RandomGenerator random = shortWrites;
        return random == null || count < 2 ? count : 1 + random.nextInt(count);
    }

    synchronized void reserve(Path path, long growth, long used) throws IOException {
        if (growth > Math.max(0, capacity - used)) {
            throw full(path);
        }
    }

    synchronized void read(Path path) throws IOException {
        if (failingReads.test(path)) {
            throw new FileSystemException(path.toString(), null, "Input/output error (simulated)");
        }
    }

    synchronized boolean losesWrite(Path path) {
        if (lostWriteCount > 0 && lostWrites.test(path)) {
            lostWriteCount--;
            return true;
        }
        return false;
    }

    synchronized Force force(Path path) {
        if (failedForces > 0 && failingForces.test(path)) {
            failedForces--;
            return dropCache ? Force.FAILS_DROPPING_CACHE : Force.FAILS_KEEPING_CACHE;
        }
        return ignoredForces.test(path) ? Force.IGNORED : Force.WORKS;
    }

    synchronized void syncDirectory(Path path) throws IOException {
        if (failedDirectorySyncs > 0) {
            failedDirectorySyncs--;
            throw new FileSystemException(path.toString(), null, "Input/output error (simulated)");
        }
    }

    synchronized boolean ignoresDirectorySync() {
        return ignoreDirectorySync;
    }

    private void failWrite(Path path) throws IOException {
        if (failedWrites > 0 && failingWrites.test(path)) {
            failedWrites--;
            throw new FileSystemException(path.toString(), null, "Input/output error (simulated)");
        }
    }

    private static IOException full(Path path) {
        return new FileSystemException(
                path.toString(), null, "No space left on device (simulated)");
    }
}
