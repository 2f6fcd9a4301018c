package io.moraine.storage.internal.segment;

import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.FileReceipt;
import io.moraine.storage.internal.file.SealedFileWriter;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.VectorSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Writes selected rows of one or several segments as the files of a new sealed segment. The files
 * are forced and read back; their directory is not forced yet.
 *
 * <p>Rows that die meanwhile are written all the same; whoever publishes the segment carries their
 * deaths over. Belongs to one thread, and to those that help it. A failure removes what was
 * written.
 */
public final class SealedSegmentWriter {

    private final SegmentPlace place;
    private final CollectionSchema schema;
    private final Supplier<UUID> uuids;
    private final UUID uuid;
    private final List<RowSelection> selections;
    private final BooleanSupplier cancelled;
    private final Executor aside;
    private final int rows;
    private final Queue<FileReceipt> written = new ConcurrentLinkedQueue<>();

    /**
     * @param uuids source of random ids, for the segment and its files
     * @param selections the rows, segments in the order of their sequence numbers
     * @param cancelled asked now and then; true gives the writing up
     */
    public SealedSegmentWriter(
            SegmentPlace place,
            CollectionSchema schema,
            Supplier<UUID> uuids,
            List<RowSelection> selections,
            BooleanSupplier cancelled) {
        this(place, schema, uuids, selections, cancelled, Runnable::run);
    }

    /**
     * The same with help.
     *
     * @param aside runs what need not wait for the vectors; those take most of the bytes, and the
     *     thread that writes them waits for the device most of its time
     */
    public SealedSegmentWriter(
            SegmentPlace place,
            CollectionSchema schema,
            Supplier<UUID> uuids,
            List<RowSelection> selections,
            BooleanSupplier cancelled,
            Executor aside) {
        this.aside = aside;
        this.place = place;
        this.schema = schema;
        this.uuids = uuids;
        this.uuid = uuids.get();
        this.selections = List.copyOf(selections);
        this.cancelled = cancelled;
        this.rows = Math.toIntExact(selections.stream().mapToLong(RowSelection::count).sum());
    }

    /**
     * Writes the files; call it once.
     *
     * @throws CancellationException if it was cancelled
     */
    public SegmentFiles write() throws IOException {
        boolean complete = false;
        try (Arena arena = Arena.ofShared()) {
            RowTables tables = RowTables.build(selections, rows, schema, arena);
            Beside beside = new Beside();
            AsideWork work = AsideWork.begin(aside, () -> writeBeside(tables, beside));
            try {
                if (work.isDone()) {
                    work.result();
                }
                List<FileReceipt> vectors = new ArrayList<>();
                for (int slot = 0; slot < schema.vectors().size(); slot++) {
                    vectors.add(written(writeVectors(slot, arena)));
                }
                work.result();
                List<FileReceipt> files = new ArrayList<>(beside.files);
                files.addAll(vectors);
                complete = true;
                return new SegmentFiles(
                        uuid, rows, tables.minBorn(), tables.maxBorn(), files, beside.indexes);
            } finally {
                work.await();
            }
        } catch (UncheckedIOException failed) {
            throw Objects.requireNonNull(failed.getCause());
        } finally {
            if (!complete) {
                for (FileReceipt file : written) {
                    place.io().delete(place.resolve(file.name()));
                }
            }
        }
    }

    /** What is written beside the vectors: rows, ids, payloads; and codes. */
    private static final class Beside {
        private final List<FileReceipt> files = new ArrayList<>();
        private final List<IndexFile> indexes = new ArrayList<>();
    }

    private void writeBeside(RowTables tables, Beside beside) {
        try {
            beside.files.add(written(writeRows(tables)));
            beside.files.add(written(writeIds(tables)));
            beside.files.add(written(writePayloads()));
            beside.indexes.addAll(writeIndexes());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Remembered, to be removed if the rest fails. */
    private FileReceipt written(FileReceipt file) {
        written.add(file);
        return file;
    }

    private FileReceipt writeRows(RowTables tables) throws IOException {
        try (SealedFileWriter file = create(SealedSegmentFormat.rowsName(uuid), FileKind.ROWS)) {
            file.write(
                    head(rows, tables.absentSlots(), tables.payloadBytes(), tables.tombstones()));
            file.write(tables.records());
            for (MemorySegment absent : tables.absent()) {
                file.write(absent);
            }
            return file.finish();
        }
    }

    private FileReceipt writeIds(RowTables tables) throws IOException {
        try (SealedFileWriter file = create(SealedSegmentFormat.idsName(uuid), FileKind.IDS)) {
            BloomFilter filter = tables.filter();
            IdTable table = tables.idTable();
            file.write(head(filter.blocks(), table.slots(), tables.idBytes(), 0));
            file.write(filter.memory());
            file.align(64);
            file.write(table.memory());
            file.align(64);
            RowRuns runs = new RowRuns(selections);
            while (runs.advance()) {
                checkCancelled();
                Segment segment = runs.segment();
                for (int row = runs.first(); row < runs.end(); row++) {
                    file.write(
                            segment.idMemory(row)
                                    .asSlice(segment.idPosition(row), segment.idLength(row)));
                }
            }
            return file.finish();
        }
    }

    private FileReceipt writePayloads() throws IOException {
        return switch (place.payloads()) {
            case NONE -> writePlainPayloads();
            case ZSTD -> writePackedPayloads();
        };
    }

    private FileReceipt writePlainPayloads() throws IOException {
        try (SealedFileWriter file = createPayloads(PayloadBlockFormat.VERSION_PLAIN)) {
            forEachPayload((bytes, length) -> file.write(ByteBuffer.wrap(bytes, 0, length)));
            return file.finish();
        }
    }

    private FileReceipt writePackedPayloads() throws IOException {
        try (SealedFileWriter file = createPayloads(PayloadBlockFormat.VERSION_BLOCKS);
                PayloadBlockWriter blocks = new PayloadBlockWriter(file)) {
            forEachPayload(blocks::add);
            return blocks.finish();
        }
    }

    private SealedFileWriter createPayloads(int version) throws IOException {
        return SealedFileWriter.create(
                place.io(),
                place.resolve(SealedSegmentFormat.payloadsName(uuid)),
                FileKind.PAYLOADS,
                version,
                place.owner(),
                uuids.get());
    }

    /** Takes payloads one after the other; the array is filled anew for each. */
    private interface PayloadTarget {
        void add(byte[] payload, int length) throws IOException;
    }

    private void forEachPayload(PayloadTarget target) throws IOException {
        byte[] payload = new byte[PayloadBlockFormat.BLOCK_BYTES];
        RowRuns runs = new RowRuns(selections);
        while (runs.advance()) {
            checkCancelled();
            Segment segment = runs.segment();
            for (int row = runs.first(); row < runs.end(); row++) {
                int length = segment.payloadLength(row);
                if (length > payload.length) {
                    payload = new byte[length];
                }
                if (length > 0) {
                    segment.readPayload(row, payload, length);
                    target.add(payload, length);
                }
            }
        }
    }

    private FileReceipt writeVectors(int slot, Arena arena) throws IOException {
        try (SealedFileWriter file =
                create(SealedSegmentFormat.vectorsName(uuid, slot), FileKind.VECTORS)) {
            long stride = schema.vector(slot).byteSize();
            MemorySegment zeros = arena.allocate(stride);
            RowRuns runs = new RowRuns(selections);
            while (runs.advance()) {
                checkCancelled();
                writeVectorRun(file, runs, slot, stride, zeros);
            }
            return file.finish();
        }
    }

    /** Rows are found by their codes from the moment the segment is published. */
    private List<IndexFile> writeIndexes() throws IOException {
        IndexFileWriter writer = new IndexFileWriter(place, uuids, cancelled);
        List<IndexFile> indexes = new ArrayList<>();
        for (int slot = 0; slot < schema.vectors().size(); slot++) {
            VectorSchema vector = schema.vector(slot);
            if (Segment.isCoded(vector)) {
                IndexFile codes = writer.writeCodes(uuid, selections, rows, slot, vector);
                indexes.add(codes);
                written(codes.receipt());
            }
        }
        return indexes;
    }

    private static void writeVectorRun(
            SealedFileWriter file, RowRuns runs, int slot, long stride, MemorySegment zeros)
            throws IOException {
        Segment segment = runs.segment();
        for (int row = runs.first(); row < runs.end(); ) {
            boolean present = segment.hasVector(slot, row);
            int limit = segment.vectorRunEnd(slot, row, runs.end());
            int end = row + 1;
            while (end < limit && segment.hasVector(slot, end) == present) {
                end++;
            }
            if (present) {
                file.write(
                        segment.vectorMemory(slot, row)
                                .asSlice(segment.vectorPosition(slot, row), (end - row) * stride));
            } else {
                for (int absent = row; absent < end; absent++) {
                    file.write(zeros);
                }
            }
            row = end;
        }
    }

    private SealedFileWriter create(String name, FileKind kind) throws IOException {
        return SealedFileWriter.create(
                place.io(), place.resolve(name), kind, place.owner(), uuids.get());
    }

    private void checkCancelled() {
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("segment is not needed any more");
        }
    }

    private static ByteBuffer head(long first, long second, long third, long fourth) {
        return ByteBuffer.allocate((int) SealedSegmentFormat.HEAD_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0, first)
                .putLong(Long.BYTES, second)
                .putLong(2 * Long.BYTES, third)
                .putLong(3 * Long.BYTES, fourth);
    }
}
