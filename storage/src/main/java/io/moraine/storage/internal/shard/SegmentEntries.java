package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.FileReceipt;
import io.moraine.storage.internal.manifest.SegmentEntry;
import io.moraine.storage.internal.manifest.SegmentFile;
import io.moraine.storage.internal.segment.IndexFile;
import io.moraine.storage.internal.segment.SegmentFiles;
import java.util.ArrayList;
import java.util.List;

/** Turns what a segment says of its files into what a manifest says of them, and back. */
final class SegmentEntries {

    private static final FileKind[] FIXED = {FileKind.ROWS, FileKind.IDS, FileKind.PAYLOADS};

    private SegmentEntries() {}

    static List<SegmentFile> files(SegmentFiles segment) {
        List<SegmentFile> files = new ArrayList<>();
        for (int i = 0; i < segment.files().size(); i++) {
            FileKind kind = i < FIXED.length ? FIXED[i] : FileKind.VECTORS;
            files.add(new SegmentFile(kind, Math.max(0, i - FIXED.length), segment.files().get(i)));
        }
        for (IndexFile index : segment.indexes()) {
            files.add(new SegmentFile(index.kind(), index.slot(), index.receipt()));
        }
        return files;
    }

    private static List<IndexFile> indexes(SegmentEntry entry) {
        return entry.files().stream()
                .filter(file -> file.kind() == FileKind.CODES || file.kind() == FileKind.CLUSTERS)
                .map(file -> new IndexFile(file.kind(), file.slot(), file.receipt()))
                .toList();
    }

    /** Whether an entry names the very files that a segment has now. */
    static boolean isCurrent(SegmentEntry entry, SegmentFiles segment) {
        return indexes(entry).equals(segment.indexes());
    }

    static SegmentEntry entry(SegmentFiles segment, int deadRows, List<SegmentFile> files) {
        return new SegmentEntry(
                segment.uuid(),
                segment.rows(),
                deadRows,
                segment.minBorn(),
                segment.maxBorn(),
                files);
    }

    static SegmentFiles files(SegmentEntry entry) {
        List<FileReceipt> files = new ArrayList<>();
        for (FileKind kind : FIXED) {
            files.add(entry.file(kind).orElseThrow().receipt());
        }
        entry.files().stream()
                .filter(file -> file.kind() == FileKind.VECTORS)
                .forEach(file -> files.add(file.receipt()));
        return new SegmentFiles(
                entry.uuid(),
                Math.toIntExact(entry.rows()),
                entry.minBorn(),
                entry.maxBorn(),
                files,
                indexes(entry));
    }
}
