package io.moraine.storage.internal.manifest;

import io.moraine.storage.internal.file.AtomicFile;
import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.StorageIo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Counts starts in a row that found no marker of an orderly end: the first may have been a power
 * cut, a second soon after may have been caused by the bytes themselves.
 *
 * <p>Body of the file {@code STARTS}, little-endian: count (4), 0 (4), time of the last such start
 * in milliseconds since the epoch (8).
 */
public final class UncleanStarts {

    static final String NAME = "STARTS";

    /** Starts further apart than this are not in a row. */
    public static final long SOON_MS = 10 * 60_000;

    private static final int BYTES = 16;

    private final StorageIo io;
    private final Path directory;
    private final FileOwner owner;
    private final Supplier<UUID> uuids;

    public UncleanStarts(StorageIo io, Path directory, FileOwner owner, Supplier<UUID> uuids) {
        this.io = io;
        this.directory = directory;
        this.owner = owner;
        this.uuids = uuids;
    }

    /** How many there were in a row up to now, the next one not included. */
    public int count(long nowMs) throws IOException {
        return before(nowMs);
    }

    /** Notes such a start and returns how many there were in a row, this one included. */
    public int note(long nowMs) throws IOException {
        int count = 1 + before(nowMs);
        ByteBuffer body = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        body.putInt(0, count).putLong(8, nowMs);
        AtomicFile.write(io, directory, NAME, FileKind.UNCLEAN_STARTS, owner, uuids.get(), body);
        return count;
    }

    /** Forgets them: the shard was closed in order. */
    public void forget() throws IOException {
        Path path = directory.resolve(NAME);
        if (io.exists(path)) {
            io.delete(path);
        }
    }

    /**
     * Checks what is written down, if anything is.
     *
     * @throws CorruptFileException if it is not what was written
     */
    public void verify() throws IOException {
        Path path = path();
        if (io.exists(path)) {
            int bytes = AtomicFile.read(io, path, FileKind.UNCLEAN_STARTS, owner).remaining();
            if (bytes != BYTES) {
                throw new CorruptFileException(
                        "length of the body", path, 0, BYTES, bytes, "other version");
            }
        }
    }

    /** Where it is written down. */
    public Path path() {
        return directory.resolve(NAME);
    }

    private int before(long nowMs) throws IOException {
        Path path = directory.resolve(NAME);
        if (!io.exists(path)) {
            return 0;
        }
        try {
            ByteBuffer body =
                    AtomicFile.read(io, path, FileKind.UNCLEAN_STARTS, owner)
                            .order(ByteOrder.LITTLE_ENDIAN);
            boolean soon = body.remaining() == BYTES && nowMs - body.getLong(8) <= SOON_MS;
            return soon ? body.getInt(0) : 0;
        } catch (CorruptFileException alsoDamaged) {
            return 1;
        }
    }
}
