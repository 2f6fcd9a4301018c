package io.moraine.storage.internal.wal;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.DirectoryEntry;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.ReadableFile;
import io.moraine.storage.internal.file.StorageIo;
import io.moraine.storage.model.OperationView;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log of a shard from an offset on, across its files, also while another process writes
 * it. Takes no lock and changes nothing.
 *
 * <p>The mark up to which a log may be read is the end of its chain of checksums: a frame is shown
 * once its checksum follows from the frame before, and never half. Frames that a failed sync made
 * the writer write again, to a new file, are shown once.
 *
 * <p>Belongs to one thread.
 */
public final class WalFollower implements Closeable {

    private record Candidate(Path path, WalStart start) {}

    private final StorageIo io;
    private final Path directory;
    private final FileOwner owner;
    private @Nullable WalReader reader;
    private String fileName = "";
    private long wanted;
    private long frameAt;
    private long skippedFrom = -1;

    /**
     * @param fromOffset the first offset to show
     */
    public WalFollower(StorageIo io, Path directory, FileOwner owner, long fromOffset) {
        this.io = io;
        this.directory = directory;
        this.owner = owner;
        this.wanted = fromOffset;
    }

    /**
     * Moves to the next frame.
     *
     * @return false when there is none yet; ask again later
     */
    public boolean next() throws IOException {
        skippedFrom = -1;
        while (true) {
            if (reader != null && readOn(reader)) {
                return true;
            }
            if (!moveOn()) {
                return false;
            }
        }
    }

    /** Next offset behind the present frame. */
    public long nextOffset() {
        return wanted;
    }

    /** First offset of the present frame. */
    public long firstOffset() {
        return present().firstOffset();
    }

    /** Leader epoch in the present frame, -1 when unknown. */
    public int leaderEpoch() {
        return present().leaderEpoch();
    }

    /** Whether the present frame carries an operation; else it moves the offset only. */
    public boolean isOperation() {
        return present().isOperation();
    }

    /** The operation of the present frame, valid until the next call of {@link #next}. */
    public OperationView operation() {
        return present().operation();
    }

    /** Name of the file in which the present frame lies. */
    public String fileName() {
        return fileName;
    }

    /** Position of the present frame in its file. */
    public long position() {
        return frameAt;
    }

    /**
     * The offset that was wanted, if the log no longer had it and the present frame is a later one;
     * else -1.
     */
    public long skippedFrom() {
        return skippedFrom;
    }

    @Override
    public void close() throws IOException {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }

    private WalReader present() {
        return Objects.requireNonNull(reader, "no frame yet");
    }

    private boolean readOn(WalReader current) throws IOException {
        while (true) {
            long at = current.position();
            if (!current.next()) {
                return false;
            }
            if (current.nextOffset() > wanted) {
                frameAt = at;
                skippedFrom = current.firstOffset() > wanted && isGap(current) ? wanted : -1;
                wanted = current.nextOffset();
                return true;
            }
        }
    }

    /** A frame covers the offsets from the one before on; holes of Kafka's are no gap. */
    private boolean isGap(WalReader current) {
        return current.start().startOffset() > wanted;
    }

    /** Opens the file to read next; false when there is none. */
    private boolean moveOn() throws IOException {
        List<Candidate> files = files();
        Optional<Candidate> next = reader == null ? first(files) : successor(reader, files);
        if (next.isEmpty()) {
            return false;
        }
        close();
        try {
            reader = WalReader.open(io, next.get().path(), owner);
            fileName = next.get().path().getFileName().toString();
            return true;
        } catch (NoSuchFileException | CorruptFileException | EOFException goneMeanwhile) {
            return false;
        }
    }

    /** The newest file that begins at or before the wanted offset, or the oldest of all. */
    private Optional<Candidate> first(List<Candidate> files) {
        return files.reversed().stream()
                .filter(file -> file.start().startOffset() <= wanted)
                .findFirst()
                .or(() -> files.stream().findFirst());
    }

    /** The newest file that continues this one, or a later one that continues none. */
    private static Optional<Candidate> successor(WalReader current, List<Candidate> files) {
        return files.reversed().stream()
                .filter(file -> file.start().sequence() > current.start().sequence())
                .filter(file -> file.start().previous().file().equals(current.start().uuid()))
                .findFirst()
                .or(() ->
                        files.stream()
                                .filter(file ->
                                        file.start().sequence() > current.start().sequence())
                                .filter(file -> file.start().startOffset() >= current.nextOffset())
                                .findFirst());
    }

    private List<Candidate> files() throws IOException {
        return io.list(directory).stream()
                .map(DirectoryEntry::name)
                .filter(name -> WalFileName.parse(name).isPresent())
                .flatMap(name -> candidate(directory.resolve(name)).stream())
                .sorted(Comparator.comparingLong(file -> file.start().sequence()))
                .toList();
    }

    /** Files without sound first bytes are being begun, or were never finished. */
    private Optional<Candidate> candidate(Path path) {
        try (ReadableFile file = io.open(path)) {
            return Optional.of(new Candidate(path, WalStart.read(file, owner)));
        } catch (IOException notReadable) {
            return Optional.empty();
        }
    }
}
