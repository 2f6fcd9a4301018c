package io.moraine.storage.internal.manifest;

import io.moraine.storage.internal.file.FileKind;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One sealed segment in a manifest.
 *
 * @param uuid the segment's id
 * @param rows number of rows, dead ones included
 * @param deadRows rows that had died when the manifest was made
 * @param minBorn smallest sequence number of a row
 * @param maxBorn largest sequence number of a row
 * @param files all its files; at most one of kind {@link FileKind#DIED}, the newest
 */
public record SegmentEntry(
        UUID uuid, long rows, long deadRows, long minBorn, long maxBorn, List<SegmentFile> files) {

    public SegmentEntry {
        files = List.copyOf(files);
    }

    /** The file with a kind, or the first of several. */
    public Optional<SegmentFile> file(FileKind kind) {
        return files.stream().filter(file -> file.kind() == kind).findFirst();
    }

    /** Bytes of all files. */
    public long bytes() {
        return files.stream().mapToLong(file -> file.receipt().lengthBytes()).sum();
    }
}
