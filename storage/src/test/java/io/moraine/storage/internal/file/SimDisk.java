package io.moraine.storage.internal.file;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that does what real ones do at their worst: bytes and names that were not forced
 * may be lost at a power failure, in any order, sector by sector; writes may be short, refused, or
 * silently lost; a failed sync marks its pages clean; space may run out.
 *
 * <p>Faults are set by {@link #faults}. {@link #crash} leaves this disk as it is and returns one of
 * the disks that a power failure at this moment could leave, chosen by a seed.
 */
public final class SimDisk implements StorageIo {

    private final TreeMap<Path, SimFile> names = new TreeMap<>();
    private final TreeMap<Path, SimFile> storedNames = new TreeMap<>();
    private final TreeSet<Path> directories = new TreeSet<>();
    private final List<NameChange> unsyncedChanges = new ArrayList<>();
    private final Set<Path> locked = new HashSet<>();
    private final SimFaults faults = new SimFaults();

    /** A change of a directory that was not forced: {@code to} gets a file, {@code from} goes. */
    private record NameChange(@Nullable Path from, @Nullable Path to, @Nullable SimFile file) {

        boolean isIn(Path directory) {
            return (from != null && directory.equals(from.getParent()))
                    || (to != null && directory.equals(to.getParent()));
        }

        void applyTo(Map<Path, SimFile> names) {
            if (from != null) {
                names.remove(from);
            }
            if (to != null && file != null) {
                names.put(to, file);
            }
        }
    }

    /** What shall go wrong. */
    public SimFaults faults() {
        return faults;
    }

    /** One of the disks that a power failure at this moment could leave. */
    public synchronized SimDisk crash(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        SimDisk survivor = new SimDisk();
        survivor.directories.addAll(directories);
        Map<Path, SimFile> surviving = new TreeMap<>(storedNames);
        int keep = random.nextInt(5);
        boolean prefixOnly = random.nextBoolean();
        for (NameChange change : unsyncedChanges) {
            if (random.nextInt(4) < keep) {
                change.applyTo(surviving);
            } else if (prefixOnly) {
                break;
            }
        }
        boolean garbage = random.nextInt(4) == 0;
        int atom = random.nextBoolean() ? SimFile.SECTOR : 4096;
        surviving.forEach(
                (path, file) -> survivor.names.put(path, file.crashed(random, garbage, atom)));
        survivor.storedNames.putAll(survivor.names);
        return survivor;
    }

    /** Bytes of all files. */
    public synchronized long usedBytes() {
        return names.values().stream().mapToLong(SimFile::length).sum();
    }

    /** What a file holds, as processes see it. */
    public synchronized byte[] content(Path file) throws IOException {
        return find(file).content();
    }

    /** Changes a file behind everybody's back, and on the device. */
    public synchronized void corrupt(Path file, byte[] content) throws IOException {
        SimFile changed = find(file);
        changed.setLength(0);
        changed.write(0, content, 0, content.length);
        changed.force();
    }

    @Override
    public synchronized void createDirectories(Path directory) throws IOException {
        for (Path path = absolute(directory); path != null; path = path.getParent()) {
            directories.add(path);
        }
    }

    @Override
    public synchronized List<DirectoryEntry> list(Path directory) {
        Path parent = absolute(directory);
        List<DirectoryEntry> entries = new ArrayList<>();
        names.forEach((path, file) -> {
            if (parent.equals(path.getParent())) {
                entries.add(new DirectoryEntry(name(path), false, file.length()));
            }
        });
        for (Path path : directories) {
            if (parent.equals(path.getParent())) {
                entries.add(new DirectoryEntry(name(path), true, 0));
            }
        }
        entries.sort(Comparator.comparing(DirectoryEntry::name));
        return entries;
    }

    @Override
    public synchronized boolean exists(Path path) {
        return names.containsKey(absolute(path)) || directories.contains(absolute(path));
    }

    @Override
    public synchronized long size(Path file) throws IOException {
        return find(file).length();
    }

    @Override
    public synchronized WritableFile create(Path file) throws IOException {
        Path path = absolute(file);
        faults.step("create", path);
        Path parent = path.getParent();
        if (parent == null || !directories.contains(parent)) {
            throw new NoSuchFileException(path.toString());
        }
        if (names.containsKey(path) || directories.contains(path)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        faults.create(path);
        SimFile created = new SimFile();
        change(new NameChange(null, path, created));
        return new Writing(path, created);
    }

    @Override
    public synchronized ReadableFile open(Path file) throws IOException {
        return new Reading(absolute(file), find(file));
    }

    @Override
    public synchronized MemorySegment map(Path file, long length, Arena arena) throws IOException {
        byte[] content = find(file).content();
        if (content.length < length) {
            throw new CorruptFileException("length", file, 0, length, content.length, "cut");
        }
        MemorySegment memory = arena.allocate(length, 64);
        MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, 0, (int) length);
        return memory.asReadOnly();
    }

    @Override
    public synchronized void syncFile(Path file) throws IOException {
        force(absolute(file), find(file));
    }

    @Override
    public synchronized void truncate(Path file, long length) throws IOException {
        faults.step("truncate", absolute(file));
        SimFile cut = find(file);
        cut.setLength((int) length);
        force(absolute(file), cut);
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        faults.step("rename", absolute(to));
        change(new NameChange(absolute(from), absolute(to), find(from)));
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        Path gone = absolute(path);
        faults.step("delete", gone);
        if (directories.contains(gone)) {
            if (!list(gone).isEmpty()) {
                throw new DirectoryNotEmptyException(gone.toString());
            }
            directories.remove(gone);
            return;
        }
        find(gone);
        change(new NameChange(gone, null, null));
    }

    @Override
    public synchronized void syncDirectory(Path directory) throws IOException {
        Path synced = absolute(directory);
        faults.step("syncDirectory", synced);
        if (!directories.contains(synced)) {
            throw new NoSuchFileException(synced.toString());
        }
        if (faults.ignoresDirectorySync()) {
            return;
        }
        faults.syncDirectory(synced);
        unsyncedChanges.removeIf(change -> {
            if (change.isIn(synced)) {
                change.applyTo(storedNames);
                return true;
            }
            return false;
        });
    }

    @Override
    public synchronized Closeable lock(Path directory) throws IOException {
        Path path = absolute(directory);
        if (!locked.add(path)) {
            throw DirectoryInUseException.byThisProcess(path);
        }
        return () -> {
            synchronized (this) {
                locked.remove(path);
            }
        };
    }

    private void change(NameChange change) {
        change.applyTo(names);
        unsyncedChanges.add(change);
    }

    private void force(Path path, SimFile file) throws IOException {
        faults.step("force", path);
        switch (faults.force(path)) {
            case WORKS -> {
                file.force();
                faults.forced();
            }
            case IGNORED -> {}
            case FAILS_KEEPING_CACHE -> {
                file.failForce(false);
                throw new IOException("Input/output error (simulated sync): " + path);
            }
            case FAILS_DROPPING_CACHE -> {
                file.failForce(true);
                throw new IOException("Input/output error (simulated sync): " + path);
            }
        }
    }

    private SimFile find(Path file) throws NoSuchFileException {
        SimFile found = names.get(absolute(file));
        if (found == null) {
            throw new NoSuchFileException(file.toString());
        }
        return found;
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    /** A handle for writing. */
    private final class Writing implements WritableFile {
        private final Path path;
        private final SimFile file;
        private boolean closed;

        Writing(Path path, SimFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public Path path() {
            return path;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            synchronized (SimDisk.this) {
                checkOpen();
                faults.step("write", path);
                long growth = Math.max(0, position + source.remaining() - file.length());
                int count = faults.write(path, source.remaining(), growth, usedBytes());
                byte[] bytes = new byte[count];
                source.get(bytes);
                if (!faults.losesWrite(path)) {
                    file.write((int) position, bytes, 0, count);
                }
                return count;
            }
        }

        @Override
        public void reserve(long position, long bytes) throws IOException {
            synchronized (SimDisk.this) {
                checkOpen();
                long growth = Math.max(0, position + bytes - file.length());
                faults.reserve(path, growth, usedBytes());
                file.setLength((int) (file.length() + growth));
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (SimDisk.this) {
                checkOpen();
                SimDisk.this.force(path, file);
            }
        }

        @Override
        public void truncate(long length) throws IOException {
            synchronized (SimDisk.this) {
                checkOpen();
                faults.step("truncate", path);
                file.setLength((int) length);
            }
        }

        @Override
        public void close() {
            closed = true;
        }

        private void checkOpen() throws ClosedChannelException {
            if (closed) {
                throw new ClosedChannelException();
            }
        }
    }

    /** A handle for reading. */
    private final class Reading implements ReadableFile {
        private final Path path;
        private final SimFile file;

        Reading(Path path, SimFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public Path path() {
            return path;
        }

        @Override
        public long size() {
            synchronized (SimDisk.this) {
                return file.length();
            }
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            synchronized (SimDisk.this) {
                faults.read(path);
                byte[] bytes = new byte[target.remaining()];
                int count = file.read((int) position, bytes, 0, bytes.length);
                if (count > 0) {
                    target.put(bytes, 0, count);
                }
                return count;
            }
        }

        @Override
        public void close() {}
    }
}
