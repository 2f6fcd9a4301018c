package io.moraine.storage.internal.file;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A file system to which new files are written at a {@link WritePace}; everything else is as it is.
 * For work that has time, beside work that has none.
 */
public final class PacedIo implements StorageIo {

    private final StorageIo io;
    private final WritePace pace;
    private final BooleanSupplier givenUp;

    /**
     * @param givenUp true once nobody needs the files any more: nothing waits then
     */
    public PacedIo(StorageIo io, WritePace pace, BooleanSupplier givenUp) {
        this.io = io;
        this.pace = pace;
        this.givenUp = givenUp;
    }

    @Override
    public WritableFile create(Path file) throws IOException {
        return new PacedFile(io.create(file));
    }

    @Override
    public WritableFile createOnce(Path file) throws IOException {
        return new PacedFile(io.createOnce(file));
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        io.createDirectories(directory);
    }

    @Override
    public List<DirectoryEntry> list(Path directory) throws IOException {
        return io.list(directory);
    }

    @Override
    public boolean exists(Path path) {
        return io.exists(path);
    }

    @Override
    public long size(Path file) throws IOException {
        return io.size(file);
    }

    @Override
    public ReadableFile open(Path file) throws IOException {
        return io.open(file);
    }

    @Override
    public ReadableFile openUncached(Path file) throws IOException {
        return io.openUncached(file);
    }

    @Override
    public void readAhead(Path file) throws IOException {
        io.readAhead(file);
    }

    @Override
    public MemorySegment map(Path file, long length, Arena arena) throws IOException {
        return io.map(file, length, arena);
    }

    @Override
    public boolean mapsByCopy() {
        return io.mapsByCopy();
    }

    @Override
    public void syncFile(Path file) throws IOException {
        io.syncFile(file);
    }

    @Override
    public void truncate(Path file, long length) throws IOException {
        io.truncate(file, length);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        io.rename(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        io.delete(path);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        io.syncDirectory(directory);
    }

    @Override
    public Closeable lock(Path directory) throws IOException {
        return io.lock(directory);
    }

    /** Waits after each write. */
    private final class PacedFile extends ForwardingWritableFile {

        PacedFile(WritableFile file) {
            super(file);
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            int written = super.write(source, position);
            pace.wrote(written, givenUp);
            return written;
        }
    }
}
