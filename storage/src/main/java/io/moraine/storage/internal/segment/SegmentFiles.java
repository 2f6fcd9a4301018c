package io.moraine.storage.internal.segment;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.FileReceipt;
import io.moraine.storage.internal.file.SealedFile;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What must be remembered of a sealed segment to open it again.
 *
 * @param uuid the segment's id, part of its file names
 * @param rows number of rows, dead ones included
 * @param minBorn sequence number of the first row; 0 without rows
 * @param maxBorn sequence number of the last row; 0 without rows
 * @param files its write-once files: rows, ids, payloads, then one for each vector slot
 * @param indexes files that make searches of it faster; they may come and go
 */
public record SegmentFiles(
        UUID uuid,
        int rows,
        long minBorn,
        long maxBorn,
        List<FileReceipt> files,
        List<IndexFile> indexes) {

    static final int ROWS = 0;
    static final int IDS = 1;
    static final int PAYLOADS = 2;
    static final int FIRST_VECTORS = 3;

    public SegmentFiles {
        files = List.copyOf(files);
        indexes = List.copyOf(indexes);
    }

    /** The same with other indexes. */
    SegmentFiles withIndexes(List<IndexFile> others) {
        return new SegmentFiles(uuid, rows, minBorn, maxBorn, files, others);
    }

    /** Names of all files. */
    public List<String> names() {
        return Stream.concat(files.stream(), indexes.stream().map(IndexFile::receipt))
                .map(FileReceipt::name)
                .toList();
    }

    /**
     * Reads all files but the indexes and compares them with what was published.
     *
     * @throws CorruptFileException if one is not what was written
     */
    public void verify(SegmentPlace place) throws IOException {
        for (int i = 0; i < files.size(); i++) {
            FileReceipt file = files.get(i);
            SealedFile.verify(place.io(), place.resolve(file.name()), kind(i), place.owner(), file);
        }
    }

    /** What a file holds, by its place in {@link #files}. */
    public static FileKind kind(int file) {
        return switch (file) {
            case ROWS -> FileKind.ROWS;
            case IDS -> FileKind.IDS;
            case PAYLOADS -> FileKind.PAYLOADS;
            default -> FileKind.VECTORS;
        };
    }

    /** Bytes of the indexes. */
    public long indexBytes() {
        return indexes.stream().mapToLong(file -> file.receipt().lengthBytes()).sum();
    }

    /** Bytes of the other files together. */
    public long bytes() {
        return files.stream().mapToLong(FileReceipt::lengthBytes).sum();
    }
}
