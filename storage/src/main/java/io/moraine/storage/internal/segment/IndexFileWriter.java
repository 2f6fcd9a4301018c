package io.moraine.storage.internal.segment;

import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.SealedFileWriter;
import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.code.CodeColumn;
import io.moraine.storage.internal.index.code.CodeEncoder;
import io.moraine.storage.internal.index.code.CodeFileFormat;
import io.moraine.storage.internal.index.code.CodeFormat;
import io.moraine.storage.internal.index.code.CodeSpace;
import io.moraine.storage.internal.index.ivf.IvfBuilder;
import io.moraine.storage.internal.index.ivf.IvfIndex;
import io.moraine.storage.internal.index.ivf.IvfParameters;
import io.moraine.storage.model.VectorSchema;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Writes the index files of sealed segments. Files are forced and read back; their directory is not
 * forced yet. A failure removes what was written. Belongs to one thread.
 */
public final class IndexFileWriter {

    private static final int BUFFER_GROUPS = 256;

    private final SegmentPlace place;
    private final Supplier<UUID> uuids;
    private final BooleanSupplier cancelled;

    /**
     * @param uuids source of random ids for files
     * @param cancelled asked now and then; true gives the writing up
     */
    public IndexFileWriter(SegmentPlace place, Supplier<UUID> uuids, BooleanSupplier cancelled) {
        this.place = place;
        this.uuids = uuids;
        this.cancelled = cancelled;
    }

    /**
     * Writes the codes of all rows of a sealed segment.
     *
     * @throws CancellationException if it was cancelled
     */
    public IndexFile writeCodes(SealedSegment segment, int slot) throws IOException {
        RowSelection all = new RowSelection(segment, segment.rows(), RowMask.ALL);
        return writeCodes(
                segment.files().uuid(),
                List.of(all),
                segment.rows(),
                slot,
                segment.schema().vector(slot));
    }

    /**
     * Builds and writes the clusters of a sealed segment; some row must have the vector. Every such
     * row is in it, dead ones as well, because an earlier snapshot may see them.
     *
     * @throws CancellationException if it was cancelled
     */
    public IndexFile writeClusters(SealedSegment segment, int slot) throws IOException {
        VectorSchema vector = segment.schema().vector(slot);
        IvfParameters parameters =
                IvfParameters.forRows(segment.rows(), vector.size(), CodeSpace.SEED);
        UUID file = uuids.get();
        try (Arena arena = Arena.ofShared();
                SealedFileWriter writer =
                        create(segment.files().uuid(), FileKind.CLUSTERS, slot, file)) {
            IvfIndex index =
                    new IvfBuilder(
                                    new VectorColumn(segment, slot, segment.rows()),
                                    segment.present(slot),
                                    parameters,
                                    cancelled)
                            .build(vector.distance(), arena);
            writer.write(index.body());
            return new IndexFile(FileKind.CLUSTERS, slot, writer.finish());
        }
    }

    /** Writes the codes of selected rows of any segments; those that exist already are copied. */
    IndexFile writeCodes(
            UUID target, List<RowSelection> selections, int rows, int slot, VectorSchema vector)
            throws IOException {
        CodeSpace space = CodeFileFormat.space(vector.distance(), vector.size());
        CodeEncoder encoder = new CodeEncoder(space);
        long groupBytes = CodeFormat.groupBytes(vector.size());
        UUID file = uuids.get();
        try (Arena arena = Arena.ofShared();
                SealedFileWriter writer = create(target, FileKind.CODES, slot, file)) {
            MemorySegment head = arena.allocate(CodeFileFormat.HEAD_BYTES, 64);
            CodeFileFormat.putHead(head, space, rows);
            writer.write(head);
            MemorySegment buffer = arena.allocate(BUFFER_GROUPS * groupBytes, 64);
            int place = 0;
            RowRuns runs = new RowRuns(selections);
            while (runs.advance()) {
                RowMask present = runs.segment().present(slot);
                for (int row = runs.first(); row < runs.end(); row++) {
                    if (place == BUFFER_GROUPS * CodeFormat.GROUP_ROWS) {
                        checkCancelled();
                        writer.write(buffer);
                        buffer.fill((byte) 0);
                        place = 0;
                    }
                    if ((present.word(row >>> 6) >>> row & 1) != 0) {
                        putCode(runs.segment(), slot, row, encoder, buffer, place, groupBytes);
                    }
                    place++;
                }
            }
            writer.write(buffer.asSlice(0, CodeFormat.groups(place) * groupBytes));
            return new IndexFile(FileKind.CODES, slot, writer.finish());
        }
    }

    private static void putCode(
            Segment segment,
            int slot,
            int row,
            CodeEncoder encoder,
            MemorySegment buffer,
            int place,
            long groupBytes) {
        long group = place / CodeFormat.GROUP_ROWS * groupBytes;
        int lane = place % CodeFormat.GROUP_ROWS;
        CodeColumn codes = segment.codes(slot);
        if (codes == null) {
            encoder.encode(
                    segment.vectorMemory(slot, row),
                    segment.vectorPosition(slot, row),
                    buffer,
                    group,
                    lane);
        } else {
            int from = row / CodeFormat.GROUP_ROWS;
            CodeFormat.copyRow(
                    codes.space().dimension(),
                    codes.memory(from),
                    codes.position(from),
                    row % CodeFormat.GROUP_ROWS,
                    buffer,
                    group,
                    lane);
        }
    }

    private SealedFileWriter create(UUID segment, FileKind kind, int slot, UUID file)
            throws IOException {
        String name = SealedSegmentFormat.indexName(segment, kind, slot, file);
        return SealedFileWriter.create(place.io(), place.resolve(name), kind, place.owner(), file);
    }

    private void checkCancelled() {
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("index file is not needed any more");
        }
    }
}
