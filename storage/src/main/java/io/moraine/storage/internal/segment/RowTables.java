package io.moraine.storage.internal.segment;

import static io.moraine.storage.internal.segment.RowFormat.BORN_AT;
import static io.moraine.storage.internal.segment.RowFormat.I32;
import static io.moraine.storage.internal.segment.RowFormat.I64;
import static io.moraine.storage.internal.segment.RowFormat.ID_POSITION_AT;
import static io.moraine.storage.internal.segment.RowFormat.PAYLOAD_POSITION_AT;
import static io.moraine.storage.internal.segment.RowFormat.PREVIOUS_AT;
import static io.moraine.storage.internal.segment.RowFormat.RECORD_BYTES;

import io.moraine.storage.model.CollectionSchema;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a new sealed segment that follow from its rows' numbering: records, absence bits, id
 * table and filter, in off-heap memory until they are written.
 */
final class RowTables {

    private final int rows;
    private final MemorySegment records;
    private final MemorySegment[] absent;
    private final BloomFilter filter;
    private final IdTable idTable;
    private final MemorySegment sources;
    private final List<RowSelection> selections;
    private final IdKey key = new IdKey();
    private int filled;
    private long absentSlots;
    private long idBytes;
    private long payloadBytes;
    private long tombstones;

    private RowTables(
            List<RowSelection> selections, int rows, CollectionSchema schema, Arena arena) {
        this.rows = rows;
        this.selections = selections;
        records = arena.allocate(SealedSegmentFormat.recordsBytes(rows), 64);
        absent = new MemorySegment[schema.vectors().size()];
        for (int slot = 0; slot < absent.length; slot++) {
            absent[slot] = arena.allocate(SealedSegmentFormat.absentBytes(rows), 64);
        }
        long blocks = BloomFilter.blocksFor(rows);
        filter = new BloomFilter(arena.allocate(blocks * BloomFilter.BLOCK_BYTES, 64), 0, blocks);
        long slots = IdTable.slotsFor(rows);
        idTable = new IdTable(arena.allocate(slots * Long.BYTES, 64), 0, slots);
        sources = arena.allocate((long) rows * Long.BYTES, 64);
    }

    static RowTables build(
            List<RowSelection> selections, int rows, CollectionSchema schema, Arena arena) {
        RowTables tables = new RowTables(selections, rows, schema, arena);
        RowRuns runs = new RowRuns(selections);
        while (runs.advance()) {
            for (int row = runs.first(); row < runs.end(); row++) {
                tables.add(runs.selection(), row);
            }
        }
        return tables;
    }

    /** The records of all rows. */
    MemorySegment records() {
        return records;
    }

    /** Bit s: some row has no vector in slot s. */
    long absentSlots() {
        return absentSlots;
    }

    /** The absence bits of the slots in {@link #absentSlots}, ascending. */
    List<MemorySegment> absent() {
        List<MemorySegment> needed = new ArrayList<>();
        for (int slot = 0; slot < absent.length; slot++) {
            if ((absentSlots >>> slot & 1) != 0) {
                needed.add(absent[slot]);
            }
        }
        return needed;
    }

    BloomFilter filter() {
        return filter;
    }

    IdTable idTable() {
        return idTable;
    }

    long idBytes() {
        return idBytes;
    }

    long payloadBytes() {
        return payloadBytes;
    }

    long tombstones() {
        return tombstones;
    }

    long minBorn() {
        return rows == 0 ? 0 : records.get(I64, BORN_AT);
    }

    long maxBorn() {
        return rows == 0 ? 0 : records.get(I64, (rows - 1) * RECORD_BYTES + BORN_AT);
    }

    private void add(int selection, int sourceRow) {
        int row = filled++;
        Segment segment = selections.get(selection).segment();
        long at = row * RECORD_BYTES;
        MemorySegment.copy(
                segment.rowMemory(sourceRow),
                segment.rowPosition(sourceRow),
                records,
                at,
                RECORD_BYTES);
        records.set(I64, at + ID_POSITION_AT, idBytes);
        records.set(I64, at + PAYLOAD_POSITION_AT, payloadBytes);
        sources.set(I64, (long) row * Long.BYTES, (long) selection << 32 | sourceRow);
        idBytes += segment.idLength(sourceRow);
        payloadBytes += segment.payloadLength(sourceRow);
        tombstones += segment.isTombstone(sourceRow) ? 1 : 0;
        index(row, at, segment, sourceRow);
        for (int slot = 0; slot < absent.length; slot++) {
            if (!segment.hasVector(slot, sourceRow)) {
                absentSlots |= 1L << slot;
                long wordAt = (long) (row >>> 6) * Long.BYTES;
                absent[slot].set(I64, wordAt, absent[slot].get(I64, wordAt) | 1L << row);
            }
        }
    }

    private void index(int row, long at, Segment segment, int sourceRow) {
        key.set(segment, sourceRow);
        long slot = idTable.locate(key, this::hasId);
        records.set(I32, at + PREVIOUS_AT, idTable.row(slot) + 1);
        idTable.put(slot, key.hash(), row);
        filter.add(key.probe());
    }

    private boolean hasId(int row, IdKey other) {
        long source = sources.get(I64, (long) row * Long.BYTES);
        return selections.get((int) (source >>> 32)).segment().hasId((int) source, other);
    }
}
