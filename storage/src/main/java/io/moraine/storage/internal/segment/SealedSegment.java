package io.moraine.storage.internal.segment;

import static io.moraine.storage.internal.segment.RowFormat.I64;
import static io.moraine.storage.internal.segment.RowFormat.ID_POSITION_AT;
import static io.moraine.storage.internal.segment.RowFormat.PAYLOAD_POSITION_AT;
import static io.moraine.storage.internal.segment.RowFormat.RECORD_BYTES;
import static io.moraine.storage.internal.segment.SealedSegmentFormat.HEAD_BYTES;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.MappedFile;
import io.moraine.storage.internal.file.MemoryAdvice;
import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.code.CodeColumn;
import io.moraine.storage.internal.index.code.CodeFileFormat;
import io.moraine.storage.internal.index.code.SealedCodes;
import io.moraine.storage.internal.index.ivf.IvfIndex;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.VectorSchema;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A segment whose rows lie in write-once files, mapped read-only. Nothing can be added; rows can
 * only die, which is kept in memory and written to {@code died} files at checkpoints. Opening reads
 * no row.
 */
public final class SealedSegment extends Segment {

    private static final Logger LOG = System.getLogger(SealedSegment.class.getName());

    private final SegmentFiles files;
    private final MemorySegment rowFile;
    private final MemorySegment idFile;
    private final PayloadColumn payloads;
    private final MemorySegment[] vectorFiles;
    private final RowMask[] present;
    private final BloomFilter filter;
    private final IdTable idTable;
    private final IdTable.Rows idsOfRows = this::hasId;
    private final long idsAt;
    private final boolean copied;
    private final List<MemorySegment> columns;
    private volatile SegmentIndexes indexes = SegmentIndexes.NONE;

    private SealedSegment(
            SegmentPlace place,
            CollectionSchema schema,
            SegmentFiles files,
            Arena arena,
            ArenaReaper reaper)
            throws IOException {
        super(schema, arena, reaper);
        this.files = files;
        copied = place.io().mapsByCopy();
        rowFile = map(place, SegmentFiles.ROWS, FileKind.ROWS);
        idFile = map(place, SegmentFiles.IDS, FileKind.IDS);
        MappedFile payloadFile = mapped(place, SegmentFiles.PAYLOADS, FileKind.PAYLOADS);
        payloads = payloads(place, payloadFile);
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
        columns = new ArrayList<>(List.of(vectorFiles));
        columns.addAll(List.of(rowFile, idFile, payloadFile.body()));
        if (!copied && MemoryAdvice.isMostOfMemory(files.bytes())) {
            columns.forEach(MemoryAdvice::readAtRandom);
        }
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
            SealedSegment segment = new SealedSegment(place, schema, files, arena, reaper);
            segment.attachAll(place, files.indexes());
            opened = segment;
            return segment;
        } finally {
            if (opened == null) {
                reaper.reap(arena);
            }
        }
    }

    /**
     * Reads into memory what searches look at, codes before all else, so that the first ones do not
     * wait for the device. Columns that would take most of the memory stay where they are.
     */
    public void bringIn() {
        if (!copied) {
            indexes.bodies().forEach(MemoryAdvice::bringIn);
            if (!MemoryAdvice.isMostOfMemory(files.bytes())) {
                columns.forEach(MemoryAdvice::bringIn);
            }
        }
    }

    /** What must be remembered to open it again. */
    public SegmentFiles files() {
        return files.withIndexes(indexes.files());
    }

    /**
     * Lets searches that begin from now on use an index; it takes the place of one of its kind.
     * They wait for the device unless it was {@linkplain #warm brought in} before.
     *
     * @throws CorruptFileException if the file is not the one that is meant, or of another kind of
     *     vectors
     */
    public void attach(SegmentPlace place, IndexFile file) throws IOException {
        SegmentIndexes.Attached attached = open(place, file, arena());
        if (!copied) {
            MemoryAdvice.bringIn(attached.body());
        }
        add(attached);
    }

    /**
     * Brings an index that will be attached into memory, which may take as long as the device
     * needs; nothing changes for searches.
     *
     * @throws CorruptFileException as {@link #attach}
     */
    public void warm(SegmentPlace place, IndexFile file) throws IOException {
        if (!copied) {
            try (Arena arena = Arena.ofConfined()) {
                MemoryAdvice.bringIn(open(place, file, arena).body());
            }
        }
    }

    private SegmentIndexes.Attached open(SegmentPlace place, IndexFile file, Arena arena)
            throws IOException {
        MemorySegment body =
                MappedFile.open(
                                place.io(),
                                place.directory(),
                                file.receipt(),
                                file.kind(),
                                place.owner(),
                                arena)
                        .body();
        try {
            VectorSchema vector = schema().vector(file.slot());
            return file.kind() == FileKind.CODES
                    ? new SegmentIndexes.Attached(file, body, codes(body, vector), null)
                    : new SegmentIndexes.Attached(file, body, null, clusters(body, vector));
        } catch (IllegalArgumentException unsuitable) {
            CorruptFileException corrupt =
                    new CorruptFileException(
                            "index",
                            place.resolve(file.receipt().name()),
                            0,
                            "one of this segment's vectors",
                            String.valueOf(unsuitable.getMessage()),
                            "written by other software");
            corrupt.initCause(unsuitable);
            throw corrupt;
        }
    }

    /**
     * Keeps searches that begin from now on from using some indexes. Their memory stays mapped as
     * long as the segment is held, for those that have begun.
     */
    public synchronized void detach(Predicate<IndexFile> unwanted) {
        indexes = indexes.without(unwanted);
    }

    @Override
    public @Nullable CodeColumn codes(int slot) {
        return indexes.codes(slot);
    }

    @Override
    public @Nullable ClusterColumn clusters(int slot) {
        return indexes.clusters(slot);
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
        return deathBytes() + copiedBytes();
    }

    /** Bytes of memory that hold the deaths of rows. */
    public long deathBytes() {
        return diedColumn().allocatedBytes();
    }

    /** Bytes of memory that hold copies of the files; 0 when they are mapped. */
    public long copiedBytes() {
        return copied ? files.bytes() + files().indexBytes() : 0;
    }

    @Override
    public int newestRow(IdKey key) {
        return filter.mayContain(key.probe()) ? idTable.row(idTable.locate(key, idsOfRows)) : -1;
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
    void readPayload(int row, byte[] target, int length) {
        payloads.read(payloadPosition(row), target, length);
    }

    /** Where a row's payload begins in the row of all payloads. */
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

    private synchronized void add(SegmentIndexes.Attached attached) {
        indexes = indexes.with(attached);
    }

    /** An index that cannot be used is left out: the segment is complete without it. */
    private void attachAll(SegmentPlace place, List<IndexFile> wanted) throws IOException {
        for (IndexFile file : wanted) {
            try {
                add(open(place, file, arena()));
            } catch (CorruptFileException | NoSuchFileException unusable) {
                LOG.log(
                        Level.WARNING,
                        "index left out, it will be built again: file="
                                + place.resolve(file.receipt().name()),
                        unusable);
            }
        }
    }

    private SealedCodes codes(MemorySegment body, VectorSchema vector) {
        return CodeFileFormat.read(
                body, CodeFileFormat.space(vector.distance(), vector.size()), rows());
    }

    private ClusterColumn clusters(MemorySegment body, VectorSchema vector) {
        IvfIndex index = IvfIndex.of(body);
        if (index.rows() != rows()
                || index.space().distance() != vector.distance()
                || index.space().dimension() != vector.size()) {
            throw new IllegalArgumentException(
                    "clusters of %d rows of %d dimensions, %s"
                            .formatted(
                                    index.rows(),
                                    index.space().dimension(),
                                    index.space().distance()));
        }
        return ClusterColumn.of(index);
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
        return mapped(place, file, kind).body();
    }

    private MappedFile mapped(SegmentPlace place, int file, FileKind kind) throws IOException {
        return MappedFile.open(
                place.io(),
                place.directory(),
                files.files().get(file),
                kind,
                place.owner(),
                arena());
    }

    private static PayloadColumn payloads(SegmentPlace place, MappedFile file) throws IOException {
        return file.header().version() == PayloadBlockFormat.VERSION_PLAIN
                ? new PayloadColumn.Plain(file.body())
                : PackedPayloads.open(file.body(), place.resolve(file.receipt().name()));
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
                payloads.payloadBytes());
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
