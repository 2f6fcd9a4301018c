package io.moraine.storage.internal.wal;

import static io.moraine.storage.internal.wal.WalFormatV1.I32;
import static io.moraine.storage.internal.wal.WalFormatV1.I64;
import static io.moraine.storage.internal.wal.WalFormatV1.LAST_OFFSET_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.LENGTH_AT;

import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.StorageIo;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The files of an open log: which one is written, which ones still have to be forced, what is
 * durable. Does the work of {@link Wal}'s steps; everything but {@link #force} and the volatile
 * accessors under the lock of the {@code Wal}.
 */
final class WalLog {

    private static final int RUN_BYTES_MAX = 1 << 20;
    private static final int SYNC_FAILURES_MAX = 3;

    private final StorageIo io;
    private final Path directory;
    private final FileOwner owner;
    private final WalConfig config;
    private final Supplier<UUID> uuids;
    private final FrameSeal seal = new FrameSeal();

    /** Files that are not written any more, oldest first, and what they hold. */
    private final List<OldFile> old;

    /** Files that are not written any more but have to be forced, oldest first. */
    private final List<WalFile> retired = new ArrayList<>();

    private @Nullable WalFile current;
    private WalLink link;
    private long nextSequence;

    private long written;
    private long synced;
    private volatile long durable;
    private volatile long holeEnd;
    private long unsyncedBytes;
    private long unsyncedSinceNanos;
    private int syncFailures;
    private boolean poisoned;

    /** A file that is not written any more, and the next offset behind what it holds. */
    record OldFile(Path path, long endOffset, long bytes) {}

    /** What a sync that begins now will have made safe. */
    record SyncMark(List<WalFile.Mark> files, boolean newNames, long offset, long bytes) {}

    /** A sync failed, as opposed to a write. */
    static final class ForceFailedException extends IOException {
        private static final long serialVersionUID = 1L;

        ForceFailedException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** The directory cannot be forced: no new name in it can be trusted, so no retry helps. */
    static final class DirectoryForceFailedException extends IOException {
        private static final long serialVersionUID = 1L;

        DirectoryForceFailedException(IOException cause) {
            super("cannot force the directory: " + cause.getMessage(), cause);
        }
    }

    WalLog(
            StorageIo io,
            Path directory,
            FileOwner owner,
            WalConfig config,
            WalTail tail,
            Supplier<UUID> uuids) {
        this.io = io;
        this.directory = directory;
        this.owner = owner;
        this.config = config;
        this.uuids = uuids;
        old = new ArrayList<>(tail.files());
        link = tail.link();
        nextSequence = tail.nextSequence();
        written = tail.nextOffset();
        synced = written;
        durable = written;
    }

    Path directory() {
        return directory;
    }

    long durable() {
        return durable;
    }

    boolean hasHole() {
        return holeEnd > 0;
    }

    long holeEnd() {
        return holeEnd;
    }

    boolean isPoisoned() {
        return poisoned;
    }

    boolean isSynced() {
        return synced == written;
    }

    long diskBytes() {
        long bytes = current == null ? 0 : current.position();
        for (OldFile file : old) {
            bytes += file.bytes();
        }
        return bytes;
    }

    // --- writing ------------------------------------------------------------------------------

    /** Writes a run of the frames that wait in a ring, which is not empty. */
    void writeRun(WalRing ring, long nowNanos) throws IOException {
        int start = ring.next(0);
        WalFile file = fileFor(WalFormatV1.padded(ring.memory().get(I32, start + LENGTH_AT)));
        int bytes = 0;
        int crc = file.crc();
        long next = file.nextOffset();
        for (int at = start; at == start + bytes; at = ring.next(bytes)) {
            int length = WalFormatV1.padded(ring.memory().get(I32, at + LENGTH_AT));
            if (bytes > 0 && !fits(file, bytes + length)) {
                break;
            }
            crc = seal.seal(ring.bytes(), at, length, crc);
            next = ring.memory().get(I64, at + LAST_OFFSET_AT) + 1;
            bytes += length;
        }
        file.append(ring.run(start, bytes), crc, next, reserveBytes(file));
        ring.release(bytes);
        if (isSynced()) {
            unsyncedSinceNanos = nowNanos;
        }
        written = next;
        unsyncedBytes += bytes;
    }

    private boolean fits(WalFile file, int bytes) {
        return bytes <= RUN_BYTES_MAX && file.position() + bytes <= config.fileBytes();
    }

    private long reserveBytes(WalFile file) {
        return Math.min(config.reserveBytes(), Math.max(0, config.fileBytes() - file.position()));
    }

    private WalFile fileFor(int frameBytes) throws IOException {
        WalFile file = current;
        if (file != null && !file.isEmpty() && file.position() + frameBytes > config.fileBytes()) {
            file.trim();
            WalFile following = begin(file.end(), file.nextOffset());
            old.add(new OldFile(file.path(), file.nextOffset(), file.position()));
            retired.add(file);
            current = following;
            return following;
        }
        if (file == null) {
            file = begin(link, written);
            current = file;
        }
        return file;
    }

    private WalFile begin(WalLink previous, long startOffset) throws IOException {
        UUID uuid = uuids.get();
        WalStart start =
                new WalStart(uuid, owner, nextSequence, startOffset, previous, uuid.hashCode());
        nextSequence++;
        return WalFile.create(io, directory, start);
    }

    // --- forcing ------------------------------------------------------------------------------

    long nanosUntilSync(long nowNanos, long requested) {
        if (isSynced()) {
            return Long.MAX_VALUE;
        }
        if (requested > synced && written >= requested) {
            return 0;
        }
        return switch (config.sync()) {
            case BATCH -> 0;
            case INTERVAL ->
                    unsyncedBytes >= config.syncBytes()
                            ? 0
                            : unsyncedSinceNanos
                                    + TimeUnit.MILLISECONDS.toNanos(config.syncIntervalMs())
                                    - nowNanos;
            case OS -> Long.MAX_VALUE;
        };
    }

    /** Must come before the force: what is written meanwhile is not covered by it. */
    SyncMark takeMark(long nowNanos) {
        List<WalFile.Mark> marks = new ArrayList<>(retired.size() + 1);
        boolean newNames = false;
        for (WalFile file : unsyncedFiles()) {
            marks.add(file.mark());
            newNames |= !file.isNameSynced();
        }
        unsyncedSinceNanos = nowNanos;
        return new SyncMark(marks, newNames, written, unsyncedBytes);
    }

    /** May take long; called without the lock. */
    void force(SyncMark mark) throws IOException {
        for (WalFile.Mark file : mark.files()) {
            file.file().force();
        }
        if (mark.newNames()) {
            syncDirectory();
        }
    }

    void synced(SyncMark mark) {
        for (WalFile.Mark file : mark.files()) {
            file.file().synced(file);
        }
        unsyncedBytes -= mark.bytes();
        synced = mark.offset();
        syncFailures = 0;
        closeRetired(WalFile::isSynced);
        publishDurable();
    }

    void durableElsewhere(long nextOffset, boolean mayDrop) {
        if (nextOffset >= holeEnd) {
            holeEnd = 0;
        }
        durable = Math.max(durable, nextOffset);
        if (mayDrop && !poisoned) {
            closeRetired(file -> file.nextOffset() <= nextOffset);
        }
        publishDurable();
    }

    private void publishDurable() {
        if (!hasHole() && synced > durable) {
            durable = synced;
        }
    }

    private List<WalFile> unsyncedFiles() {
        List<WalFile> files = new ArrayList<>(retired);
        if (current != null && !current.isSynced()) {
            files.add(current);
        }
        return files;
    }

    private void closeRetired(Predicate<WalFile> which) {
        retired.removeIf(file -> {
            if (which.test(file)) {
                closeQuietly(file);
                return true;
            }
            return false;
        });
    }

    private void syncDirectory() throws DirectoryForceFailedException {
        try {
            io.syncDirectory(directory);
        } catch (IOException failed) {
            throw new DirectoryForceFailedException(failed);
        }
    }

    // --- after a failed sync ------------------------------------------------------------------

    /**
     * Ends the files whose sync failed.
     *
     * @return whether it is worth going on; false after too many failures in a row
     */
    boolean poison() {
        poisoned = true;
        return ++syncFailures < SYNC_FAILURES_MAX;
    }

    /**
     * Writes what was not safe to a new file, from what the poisoned ones give back.
     *
     * @return false if they did not give it back: then there is a hole
     * @throws ForceFailedException if the new file cannot be forced either
     */
    boolean rewritePoisoned() throws IOException {
        List<WalFile> sources = unsyncedFiles();
        WalFile first = sources.getFirst();
        boolean complete = true;
        WalFile target = begin(first.syncedEnd(), first.syncedOffset());
        try {
            complete = PoisonedTail.copy(io, owner, sources, target);
            if (complete) {
                forceNew(target);
            }
        } catch (IOException | RuntimeException failed) {
            closeQuietly(target);
            WalFile.deleteQuietly(io, target.path(), failed);
            throw failed;
        }
        replace(sources, complete ? target : null);
        if (!complete) {
            closeQuietly(target);
            io.delete(target.path());
        }
        return complete;
    }

    private void forceNew(WalFile target) throws IOException {
        WalFile.Mark mark = target.mark();
        try {
            target.force();
        } catch (IOException failed) {
            throw new ForceFailedException(failed);
        }
        syncDirectory();
        target.synced(mark);
    }

    private void replace(List<WalFile> sources, @Nullable WalFile target) {
        poisoned = false;
        retired.clear();
        if (current != null) {
            old.add(new OldFile(current.path(), written, current.position()));
        }
        current = target;
        unsyncedBytes = 0;
        synced = written;
        for (WalFile file : sources) {
            closeQuietly(file);
        }
        if (target == null) {
            link = WalLink.NONE;
            holeEnd = written;
        } else {
            syncFailures = 0;
            publishDurable();
        }
        cutBack(sources);
    }

    /** Gives up on what is not safe: nobody, a later process included, shall read it again. */
    void giveUp() {
        List<WalFile> doubtful = unsyncedFiles();
        doubtful.forEach(WalLog::closeQuietly);
        cutBack(doubtful);
    }

    /**
     * Cuts closed files off behind what is safe. Their other frames may lie in the operating
     * system's cache and nowhere else: the next process would read them, force the file
     * successfully, and call them durable.
     */
    private void cutBack(List<WalFile> files) {
        for (WalFile file : files) {
            try {
                old.removeIf(entry -> entry.path().equals(file.path()));
                if (file.hasSyncedFrames()) {
                    old.add(new OldFile(file.path(), file.nextOffset(), file.syncedPosition()));
                    io.truncate(file.path(), file.syncedPosition());
                } else {
                    io.delete(file.path());
                }
            } catch (IOException left) {
                WalLogger.leftBehind(file.path(), left);
            }
        }
    }

    // --- the end of files ---------------------------------------------------------------------

    /** Files that hold nothing at or above an offset and are not waited for by anybody. */
    List<OldFile> behind(long floor) {
        return old.stream()
                .filter(file -> file.endOffset() <= floor)
                .filter(file -> retired.stream().noneMatch(r -> r.path().equals(file.path())))
                .toList();
    }

    /** Deletes a file that is behind; the only method that needs no lock. */
    void delete(OldFile file) throws IOException {
        try {
            io.delete(file.path());
        } catch (NoSuchFileException gone) {
            WalLogger.leftBehind(file.path(), gone);
        }
    }

    /** Forgets a file that was deleted. */
    void forget(OldFile file) {
        old.remove(file);
    }

    void close() throws IOException {
        WalFile file = current;
        closeRetired(any -> true);
        if (file != null) {
            current = null;
            file.trim();
            file.close();
        }
    }

    private static void closeQuietly(WalFile file) {
        try {
            file.close();
        } catch (IOException nothingToLose) {
            WalLogger.leftBehind(file.path(), nothingToLose);
        }
    }
}
