package io.moraine.storage.internal.segment;

import static io.moraine.storage.internal.segment.RowFormat.I64;
import static io.moraine.storage.internal.segment.RowFormat.ID_POSITION_AT;
import static io.moraine.storage.internal.segment.RowFormat.PAYLOAD_POSITION_AT;
import static io.moraine.storage.internal.segment.RowFormat.RECORD_BYTES;
import static io.moraine.storage.internal.segment.SealedSegmentFormat.HEAD_BYTES;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.MappedFile;
import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.model.CollectionSchema;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A segment whose rows lie in write-once files, mapped read-only. Nothing can be added; rows can
 * only die, which is kept in memory and written to {@code died} files at checkpoints. Opening reads
 * no row.
 */
public final class SealedSegment extends Segment {

    private final SegmentFiles files;
    private final MemorySegment rowFile;
    private final MemorySegment idFile;
    private final MemorySegment payloadFile;
    private final MemorySegment[] vectorFiles;
    private final RowMask[] present;
    private final BloomFilter filter;
    private final IdTable idTable;
    private final IdTable.Rows idsOfRows = this::hasId;
    private final long idsAt;

    private SealedSegment(
            SegmentPlace place,
            CollectionSchema schema,
            SegmentFiles files,
            Arena arena,
            ArenaReaper reaper)
            throws IOException {
        super(schema, arena, reaper);
        this.files = files;
        rowFile = map(place, SegmentFiles.ROWS, FileKind.ROWS);
        idFile = map(place, SegmentFiles.IDS, FileKind.IDS);
        payloadFile = map(place, SegmentFiles.PAYLOADS, FileKind.PAYLOADS);
        vectorFiles = new MemorySegment[schema.vectors().size()];
        for (int slot = 0; slot < vectorFiles.length; slot++) {
            vectorFiles[slot] = map(place, SegmentFiles.FIRST_VECTORS + slot, FileKind.VECTORS);
        }
        checkLengths(place);
        long blocks = idFile.get(I64, SealedSegmentFormat.FILTER_BLOCKS_AT);
        long slots = idFile.get(I64, SealedSegmentFormat.TABLE_SLOTS_AT);
        filter = new BloomFilter(idFile, HEAD_BYTES, blocks);
        idTable = new IdTable(idFile, SealedSegmentFormat.tableAt(blocks), slots);
        idsAt = SealedSegmentFormat.idsAt(blocks, slots);
        present = presentMasks();
    }

    /**
     * Maps a segment. Length, header and footer of each file are checked, bodies are not.
     *
     * @throws CorruptFileException if a file is not the one that was published
     */
    public static SealedSegment open(
            SegmentPlace place, CollectionSchema schema, SegmentFiles files, ArenaReaper reaper)
            throws IOException {
        Arena arena = Arena.ofShared();
        SealedSegment opened = null;
        try {
            opened = new SealedSegment(place, schema, files, arena, reaper);
            return opened;
        } finally {
            if (opened == null) {
                reaper.reap(arena);
            }
        }
    }

    /** What must be remembered to open it again. */
    public SegmentFiles files() {
        return files;
    }

    /** Number of rows that are tombstones: dead, but worth keeping. */
    public int tombstones() {
        return (int) rowFile.get(I64, SealedSegmentFormat.TOMBSTONES_AT);
    }

    @Override
    public int rows() {
        return files.rows();
    }

    @Override
    public long residentBytes() {
        return diedColumn().allocatedBytes();
    }

    @Override
    public int newestRow(IdKey key) {
        return filter.mayContain(key.hash()) ? idTable.row(idTable.locate(key, idsOfRows)) : -1;
    }

    @Override
    MemorySegment rowMemory(int row) {
        return rowFile;
    }

    @Override
    long rowPosition(int row) {
        return HEAD_BYTES + row * RECORD_BYTES;
    }

    @Override
    MemorySegment idMemory(int row) {
        return idFile;
    }

    @Override
    long idPosition(int row) {
        return idsAt + rowFile.get(I64, rowPosition(row) + ID_POSITION_AT);
    }

    @Override
    MemorySegment payloadMemory(int row) {
        return payloadFile;
    }

    @Override
    long payloadPosition(int row) {
        return rowFile.get(I64, rowPosition(row) + PAYLOAD_POSITION_AT);
    }

    @Override
    MemorySegment vectorMemory(int slot, int row) {
        return vectorFiles[slot];
    }

    @Override
    long vectorPosition(int slot, int row) {
        return row * schema().vector(slot).byteSize();
    }

    @Override
    int vectorRunEnd(int slot, int row, int rowLimit) {
        return rowLimit;
    }

    @Override
    RowMask present(int slot) {
        return present[slot];
    }

    private RowMask[] presentMasks() {
        RowMask[] masks = new RowMask[vectorFiles.length];
        long absentSlots = rowFile.get(I64, SealedSegmentFormat.ABSENT_SLOTS_AT);
        long at = HEAD_BYTES + SealedSegmentFormat.recordsBytes(rows());
        for (int slot = 0; slot < masks.length; slot++) {
            masks[slot] = RowMask.ALL;
            if ((absentSlots >>> slot & 1) != 0) {
                long wordsAt = at;
                masks[slot] = block -> ~rowFile.get(I64, wordsAt + (long) block * Long.BYTES);
                at += SealedSegmentFormat.absentBytes(rows());
            }
        }
        return masks;
    }

    private MemorySegment map(SegmentPlace place, int file, FileKind kind) throws IOException {
        return MappedFile.open(
                        place.io(),
                        place.directory(),
                        files.files().get(file),
                        kind,
                        place.owner(),
                        arena())
                .body();
    }

    /** Every section must lie inside its file before an address is computed from a number in it. */
    private void checkLengths(SegmentPlace place) throws IOException {
        expect(place, SegmentFiles.ROWS, "number of rows", files.rows(), at(rowFile, 0));
        long absent = Long.bitCount(at(rowFile, SealedSegmentFormat.ABSENT_SLOTS_AT));
        long rowBytes = HEAD_BYTES + SealedSegmentFormat.recordsBytes(rows());
        expect(
                place,
                SegmentFiles.ROWS,
                "length",
                rowBytes + absent * SealedSegmentFormat.absentBytes(rows()),
                rowFile.byteSize());
        long ids =
                SealedSegmentFormat.idsAt(
                        at(idFile, SealedSegmentFormat.FILTER_BLOCKS_AT),
                        at(idFile, SealedSegmentFormat.TABLE_SLOTS_AT));
        expect(
                place,
                SegmentFiles.IDS,
                "length",
                ids + at(idFile, SealedSegmentFormat.ID_BYTES_AT),
                idFile.byteSize());
        expect(
                place,
                SegmentFiles.PAYLOADS,
                "length",
                at(rowFile, SealedSegmentFormat.PAYLOAD_BYTES_AT),
                payloadFile.byteSize());
        for (int slot = 0; slot < vectorFiles.length; slot++) {
            expect(
                    place,
                    SegmentFiles.FIRST_VECTORS + slot,
                    "length",
                    rows() * schema().vector(slot).byteSize(),
                    vectorFiles[slot].byteSize());
        }
    }

    private void expect(SegmentPlace place, int file, String what, long expected, long actual)
            throws IOException {
        if (expected != actual) {
            throw new CorruptFileException(
                    what,
                    place.resolve(files.files().get(file).name()),
                    HEAD_BYTES,
                    expected,
                    actual,
                    "written for another schema, or by a faulty version");
        }
    }

    private static long at(MemorySegment file, long position) {
        return file.byteSize() < HEAD_BYTES ? -1 : file.get(I64, position);
    }
}
