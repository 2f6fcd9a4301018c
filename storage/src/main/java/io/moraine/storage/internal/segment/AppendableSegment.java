package io.moraine.storage.internal.segment;

import static io.moraine.storage.internal.segment.RowFormat.BORN_AT;
import static io.moraine.storage.internal.segment.RowFormat.FLAGS_AT;
import static io.moraine.storage.internal.segment.RowFormat.FLAG_TOMBSTONE;
import static io.moraine.storage.internal.segment.RowFormat.FLAG_VERSIONED;
import static io.moraine.storage.internal.segment.RowFormat.I32;
import static io.moraine.storage.internal.segment.RowFormat.I64;
import static io.moraine.storage.internal.segment.RowFormat.ID_HASH_AT;
import static io.moraine.storage.internal.segment.RowFormat.ID_LENGTH_AT;
import static io.moraine.storage.internal.segment.RowFormat.ID_POSITION_AT;
import static io.moraine.storage.internal.segment.RowFormat.PAYLOAD_LENGTH_AT;
import static io.moraine.storage.internal.segment.RowFormat.PAYLOAD_POSITION_AT;
import static io.moraine.storage.internal.segment.RowFormat.PREVIOUS_AT;
import static io.moraine.storage.internal.segment.RowFormat.RECORD_BYTES;
import static io.moraine.storage.internal.segment.RowFormat.TIMESTAMP_MS_AT;
import static io.moraine.storage.internal.segment.RowFormat.U16;
import static io.moraine.storage.internal.segment.RowFormat.VERSION_AT;
import static io.moraine.storage.internal.segment.RowFormat.VERSION_SCOPE_AT;

import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.code.AppendableCodes;
import io.moraine.storage.internal.index.code.CodeColumn;
import io.moraine.storage.internal.index.code.CodeFileFormat;
import io.moraine.storage.internal.index.code.CodeFormat;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.OperationView;
import io.moraine.storage.model.VectorSchema;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The segment that takes new rows: off-heap columns that grow by doubling, never moving a row.
 *
 * <p>Threads: {@link #append} and {@link #kill} belong to the shard's writer. A row is complete
 * before {@link #rows} counts it and before the id table knows it, so readers may look at any time.
 */
public final class AppendableSegment extends Segment {

    private static final long ID_TABLE_SLOTS_MIN = 1 << 10;
    private static final int FIRST_CODE_GROUPS = 16;

    private final GrowingColumn rowRecords;
    private final GrowingBytes ids;
    private final GrowingBytes payloads;
    private final GrowingColumn[] vectors;
    private final AbsentRows[] absent;
    private final @Nullable AppendableCodes[] codes;
    private final IdTable.Rows idsOfRows = this::hasId;
    private final AtomicInteger rows = new AtomicInteger();
    private volatile IdTable idTable;
    private int idCount;
    private long rowBytes;

    public AppendableSegment(CollectionSchema schema, ArenaReaper reaper, ChunkPool chunks) {
        super(schema, Arena.ofShared(), reaper);
        Arena arena = arena();
        LongFunction<MemorySegment> memory = bytes -> chunks.lend(bytes, arena);
        int slots = schema.vectors().size();
        rowRecords = new GrowingColumn(memory, RECORD_BYTES);
        ids = new GrowingBytes(memory);
        payloads = new GrowingBytes(memory);
        vectors = new GrowingColumn[slots];
        absent = new AbsentRows[slots];
        codes = new @Nullable AppendableCodes[slots];
        rowBytes = RECORD_BYTES;
        for (int slot = 0; slot < slots; slot++) {
            long stride = schema.vector(slot).byteSize();
            vectors[slot] = new GrowingColumn(memory, stride);
            absent[slot] = new AbsentRows(arena);
            rowBytes += stride;
            VectorSchema vector = schema.vector(slot);
            if (isCoded(vector)) {
                codes[slot] =
                        new AppendableCodes(
                                CodeFileFormat.space(vector.distance(), vector.size()),
                                memory,
                                FIRST_CODE_GROUPS);
                rowBytes += CodeFormat.groupBytes(vector.size()) / CodeFormat.GROUP_ROWS;
            }
        }
        idTable = newIdTable(ID_TABLE_SLOTS_MIN);
    }

    /**
     * Adds the row that an operation writes; a delete becomes a tombstone, dead from the start.
     *
     * @param sequence the operation's sequence number, above that of the row before
     * @param key the operation's id
     * @param versioned whether this or an earlier operation on the id has an external version
     * @return the row
     */
    public int append(long sequence, IdKey key, OperationView operation, boolean versioned) {
        int row = rows.getPlain();
        ensureIdSlot();
        IdTable table = idTable;
        long slot = table.locate(key, idsOfRows);
        int previous = table.row(slot);
        boolean tombstone = operation.kind() == OperationKind.DELETE;
        int flags = (tombstone ? FLAG_TOMBSTONE : 0) | (versioned ? FLAG_VERSIONED : 0);
        writeRecord(row, sequence, key, operation, previous, flags);
        writeVectors(row, operation);
        if (tombstone) {
            kill(row, sequence);
        }
        rows.setRelease(row + 1);
        table.put(slot, key.hash(), row);
        if (previous < 0) {
            idCount++;
        }
        return row;
    }

    @Override
    public int rows() {
        return rows.getAcquire();
    }

    /** Bytes that the rows take in the columns, free room not counted; writer or approximate. */
    public long usedBytes() {
        return rows() * rowBytes + ids.usedBytes() + payloads.usedBytes();
    }

    @Override
    public long residentBytes() {
        long bytes = rowRecords.allocatedBytes() + diedColumn().allocatedBytes();
        bytes += ids.allocatedBytes() + payloads.allocatedBytes();
        bytes += 2 * Long.BYTES * idTable.slots();
        for (int slot = 0; slot < vectors.length; slot++) {
            bytes += vectors[slot].allocatedBytes() + absent[slot].allocatedBytes();
            AppendableCodes coded = codes[slot];
            bytes += coded == null ? 0 : coded.allocatedBytes();
        }
        return bytes;
    }

    @Override
    public int newestRow(IdKey key) {
        IdTable table = idTable;
        return table.row(table.locate(key, idsOfRows));
    }

    @Override
    MemorySegment rowMemory(int row) {
        return rowRecords.memory(row);
    }

    @Override
    long rowPosition(int row) {
        return rowRecords.position(row);
    }

    @Override
    MemorySegment idMemory(int row) {
        return ids.memory(rowMemory(row).get(I64, rowPosition(row) + ID_POSITION_AT));
    }

    @Override
    long idPosition(int row) {
        return GrowingBytes.position(rowMemory(row).get(I64, rowPosition(row) + ID_POSITION_AT));
    }

    @Override
    void readPayload(int row, byte[] target, int length) {
        long handle = rowMemory(row).get(I64, rowPosition(row) + PAYLOAD_POSITION_AT);
        MemorySegment.copy(
                payloads.memory(handle),
                ValueLayout.JAVA_BYTE,
                GrowingBytes.position(handle),
                target,
                0,
                length);
    }

    @Override
    MemorySegment vectorMemory(int slot, int row) {
        return vectors[slot].memory(row);
    }

    @Override
    long vectorPosition(int slot, int row) {
        return vectors[slot].position(row);
    }

    @Override
    int vectorRunEnd(int slot, int row, int rowLimit) {
        return Math.min(rowLimit, vectors[slot].chunkEnd(row));
    }

    @Override
    RowMask present(int slot) {
        return absent[slot].present();
    }

    @Override
    public @Nullable CodeColumn codes(int slot) {
        return codes[slot];
    }

    @Override
    public @Nullable ClusterColumn clusters(int slot) {
        return null;
    }

    private void writeRecord(
            int row, long sequence, IdKey key, OperationView operation, int previous, int flags) {
        rowRecords.ensure(row);
        MemorySegment memory = rowRecords.memory(row);
        long at = rowRecords.position(row);
        memory.set(I64, at + BORN_AT, sequence);
        memory.set(I64, at + TIMESTAMP_MS_AT, operation.timestampMs());
        memory.set(I64, at + VERSION_AT, operation.version());
        memory.set(I32, at + VERSION_SCOPE_AT, operation.versionScope());
        memory.set(I64, at + ID_HASH_AT, key.hash());
        memory.set(I64, at + ID_POSITION_AT, ids.append(key.memory(), 0, key.length()));
        memory.set(U16, at + ID_LENGTH_AT, (short) key.length());
        memory.set(I32, at + PREVIOUS_AT, previous + 1);
        memory.set(U16, at + FLAGS_AT, (short) flags);
        int payloadLength = (flags & FLAG_TOMBSTONE) != 0 ? 0 : operation.payloadLength();
        memory.set(I32, at + PAYLOAD_LENGTH_AT, payloadLength);
        if (payloadLength > 0) {
            long payload =
                    payloads.append(operation.memory(), operation.payloadPosition(), payloadLength);
            memory.set(I64, at + PAYLOAD_POSITION_AT, payload);
        }
    }

    private void writeVectors(int row, OperationView operation) {
        for (int slot = 0; slot < vectors.length; slot++) {
            GrowingColumn column = vectors[slot];
            column.ensure(row);
            long source = operation.vectorPosition(slot);
            if (source < 0) {
                absent[slot].add(row);
            } else {
                MemorySegment.copy(
                        operation.memory(),
                        source,
                        column.memory(row),
                        column.position(row),
                        column.stride());
                AppendableCodes coded = codes[slot];
                if (coded != null) {
                    coded.append(row, column.memory(row), column.position(row));
                }
            }
        }
    }

    private void ensureIdSlot() {
        IdTable table = idTable;
        if (IdTable.slotsFor(idCount + 1) > table.slots()) {
            IdTable larger = newIdTable(2 * table.slots());
            larger.putAll(table);
            idTable = larger;
        }
    }

    private IdTable newIdTable(long slots) {
        return new IdTable(arena().allocate(slots * Long.BYTES, 64), 0, slots);
    }
}
