package io.moraine.storage.internal.wal;

import static io.moraine.storage.internal.wal.WalFormatV1.FRAMES_AT;

import io.moraine.storage.internal.file.StorageIo;
import io.moraine.storage.internal.file.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A log file being written: how far it is good, and how far it is safe. All but {@link #force}
 * under the lock of its {@link Wal}.
 */
final class WalFile {

    private final WritableFile file;
    private final WalStart start;
    private long position = FRAMES_AT;
    private int crc;
    private long nextOffset;
    private long reservedTo;

    private long syncedPosition = FRAMES_AT;
    private int syncedCrc;
    private long syncedOffset;
    private boolean nameSynced;

    private WalFile(WritableFile file, WalStart start) {
        this.file = file;
        this.start = start;
        crc = start.seed();
        syncedCrc = start.seed();
        nextOffset = start.startOffset();
        syncedOffset = start.startOffset();
    }

    /** Creates a file with its first bytes, not forced. Leaves none behind when that fails. */
    static WalFile create(StorageIo io, Path directory, WalStart start) throws IOException {
        String name = new WalFileName(start.startOffset(), start.sequence()).text();
        WritableFile file = io.create(directory.resolve(name));
        try {
            file.writeFully(start.encode(), 0);
            return new WalFile(file, start);
        } catch (IOException failed) {
            file.close();
            deleteQuietly(io, file.path(), failed);
            throw failed;
        }
    }

    Path path() {
        return file.path();
    }

    WalStart start() {
        return start;
    }

    long position() {
        return position;
    }

    int crc() {
        return crc;
    }

    long nextOffset() {
        return nextOffset;
    }

    boolean isEmpty() {
        return position == FRAMES_AT;
    }

    boolean isNameSynced() {
        return nameSynced;
    }

    boolean isSynced() {
        return nameSynced && syncedPosition == position;
    }

    long syncedPosition() {
        return syncedPosition;
    }

    int syncedCrc() {
        return syncedCrc;
    }

    /** Where the next file goes on, if it trusts this one to the end. */
    WalLink end() {
        return new WalLink(start.uuid(), position, crc);
    }

    /** Whether any frame is safe; a file without is as good as none. */
    boolean hasSyncedFrames() {
        return nameSynced && syncedPosition > FRAMES_AT;
    }

    /** Where a file goes on that trusts only what is safe. */
    WalLink syncedEnd() {
        return hasSyncedFrames()
                ? new WalLink(start.uuid(), syncedPosition, syncedCrc)
                : start.previous();
    }

    /** Next offset behind what is safe. */
    long syncedOffset() {
        return syncedOffset;
    }

    /**
     * Appends whole frames. After an exception the file counts as it was before.
     *
     * @param frames sealed frames
     * @param lastCrc checksum of the last one
     * @param next next offset behind it
     * @param reserveBytes how much to reserve when the reserved space is used up
     */
    void append(ByteBuffer frames, int lastCrc, long next, long reserveBytes) throws IOException {
        int length = frames.remaining();
        try {
            reserve(position + length, reserveBytes);
            file.writeFully(frames, position);
        } catch (IOException failed) {
            cutBack(failed);
            throw failed;
        }
        position += length;
        crc = lastCrc;
        nextOffset = next;
    }

    private void reserve(long end, long step) throws IOException {
        if (end <= reservedTo || step == 0) {
            return;
        }
        long bytes = Math.max(step, end - position);
        try {
            file.reserve(position, bytes);
            reservedTo = position + bytes;
        } catch (IOException noRoomForMuch) {
            file.reserve(position, end - position);
            reservedTo = end;
        }
    }

    /**
     * Frees what a failed write left. If that fails too, the bytes stay: they are no sound frames
     * in this chain, or are the very frames that the next attempt writes there again.
     */
    private void cutBack(IOException failed) {
        try {
            file.truncate(position);
            reservedTo = position;
        } catch (IOException alsoFailed) {
            failed.addSuppressed(alsoFailed);
        }
    }

    /** How far the file is good at this moment, to be remembered before a {@link #force}. */
    Mark mark() {
        return new Mark(this, position, crc, nextOffset);
    }

    /** May take long; called without the lock. */
    void force() throws IOException {
        file.force();
    }

    /** Everything up to a mark is safe now, and so is the name. */
    void synced(Mark mark) {
        syncedPosition = mark.position();
        syncedCrc = mark.crc();
        syncedOffset = mark.nextOffset();
        nameSynced = true;
    }

    /** Gives back reserved space behind the end; if that fails it goes with the file. */
    void trim() {
        if (reservedTo > position) {
            try {
                file.truncate(position);
                reservedTo = position;
            } catch (IOException spaceStaysReserved) {
                WalLogger.leftBehind(file.path(), spaceStaysReserved);
            }
        }
    }

    void close() throws IOException {
        file.close();
    }

    static void deleteQuietly(StorageIo io, Path path, Exception because) {
        try {
            io.delete(path);
        } catch (IOException alsoFailed) {
            because.addSuppressed(alsoFailed);
        }
    }

    /** How far a file was good at some moment. */
    record Mark(WalFile file, long position, int crc, long nextOffset) {}
}
