package io.moraine.storage.internal.file;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The operating system's files. Safe for use by several threads that nobody interrupts. */
public final class DiskIo implements StorageIo {

    /** How {@link #map} makes a file readable. */
    public enum Access {
        /** A read-only mapping: no copy, and the operating system's cache is the only one. */
        MAPPED,
        /** A copy in memory: a media error shows as an exception while opening, never later. */
        COPIED
    }

    private static final int COPY_BYTES = 1 << 30;

    private final Access access;

    public DiskIo() {
        this(Access.MAPPED);
    }

    public DiskIo(Access access) {
        this.access = access;
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        if (Files.isDirectory(absolute)) {
            return;
        }
        Path parent = absolute.getParent();
        if (parent != null) {
            createDirectories(parent);
        }
        Files.createDirectories(absolute);
        if (parent != null) {
            syncDirectory(parent);
        }
    }

    @Override
    public List<DirectoryEntry> list(Path directory) throws IOException {
        List<DirectoryEntry> entries = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return entries;
        }
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
            for (Path path : paths) {
                Optional<DirectoryEntry> entry = entry(path);
                entry.ifPresent(entries::add);
            }
        }
        entries.sort(Comparator.comparing(DirectoryEntry::name));
        return entries;
    }

    private static Optional<DirectoryEntry> entry(Path path) throws IOException {
        String name = path.getFileName().toString();
        try {
            boolean isDirectory = Files.isDirectory(path);
            long bytes = isDirectory ? 0 : Files.size(path);
            return Optional.of(new DirectoryEntry(name, isDirectory, bytes));
        } catch (NoSuchFileException goneMeanwhile) {
            return Optional.empty();
        }
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public long size(Path file) throws IOException {
        return Files.size(file);
    }

    @Override
    public WritableFile create(Path file) throws IOException {
        return createCached(file);
    }

    @Override
    public WritableFile createOnce(Path file) throws IOException {
        DiskWritableFile cached = createCached(file);
        return DirectIo.open(file, StandardOpenOption.WRITE)
                .<WritableFile>map(direct -> new DirectWritableFile(cached, direct))
                .orElse(cached);
    }

    private static DiskWritableFile createCached(Path file) throws IOException {
        return new DiskWritableFile(
                file,
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    @Override
    public ReadableFile open(Path file) throws IOException {
        return new DiskReadableFile(file, FileChannel.open(file, StandardOpenOption.READ));
    }

    @Override
    public ReadableFile openUncached(Path file) throws IOException {
        ReadableFile cached = open(file);
        return DirectIo.open(file, StandardOpenOption.READ)
                .<ReadableFile>map(direct -> new DirectReadableFile(cached, direct))
                .orElse(cached);
    }

    @Override
    public void readAhead(Path file) throws IOException {
        if (access == Access.MAPPED) {
            ReadAhead.start(file);
        }
    }

    @Override
    public MemorySegment map(Path file, long length, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < length) {
                throw new CorruptFileException(
                        "length", file, 0, length, channel.size(), "file was cut");
            }
            if (access == Access.MAPPED) {
                return plain(channel.map(MapMode.READ_ONLY, 0, length, arena), arena);
            }
            MemorySegment copy = arena.allocate(length, 64);
            ReadableFile source = new DiskReadableFile(file, channel);
            for (long at = 0; at < length; at += COPY_BYTES) {
                long bytes = Math.min(COPY_BYTES, length - at);
                source.readFully(copy.asSlice(at, bytes).asByteBuffer(), at);
            }
            return copy.asReadOnly();
        }
    }

    /**
     * The same bytes as memory of the kind that is allocated. Code that reads both kinds, as scans
     * of fresh and of sealed rows do, would be compiled for two classes of memory segments.
     */
    @SuppressWarnings("restricted") // address and size stay what they were, and so does the arena
    private static MemorySegment plain(MemorySegment mapped, Arena arena) {
        return MemorySegment.ofAddress(mapped.address())
                .reinterpret(mapped.byteSize(), arena, null)
                .asReadOnly();
    }

    @Override
    public boolean mapsByCopy() {
        return access == Access.COPIED;
    }

    @Override
    public void syncFile(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    @Override
    public void truncate(Path file, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
            channel.force(true);
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.delete(path);
    }

    /** On Linux a directory can be opened for reading and forced. */
    @Override
    public void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public Closeable lock(Path directory) throws IOException {
        return DirectoryLock.acquire(directory);
    }
}
