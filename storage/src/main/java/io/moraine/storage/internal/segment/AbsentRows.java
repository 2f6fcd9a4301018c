package io.moraine.storage.internal.segment;

import static io.moraine.storage.internal.segment.RowFormat.I64;

import io.moraine.storage.internal.index.RowMask;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of an appendable segment carry no vector in one slot: a bit per row, kept only once
 * there is such a row.
 *
 * <p>Threads: one writer; a bit is written before its row is published.
 */
final class AbsentRows {

    private static final VarHandle LONG = I64.varHandle();

    private final Arena arena;
    private int blocks;
    private volatile int blockLimit;
    private volatile @Nullable GrowingColumn words;

    AbsentRows(Arena arena) {
        this.arena = arena;
    }

    /** Notes that a row has no vector. Writer only, in row order. */
    void add(int row) {
        GrowingColumn column = words;
        if (column == null) {
            column = new GrowingColumn(bytes -> arena.allocate(bytes, 64), Long.BYTES);
        }
        int block = row >>> 6;
        while (blocks <= block) {
            column.ensure(blocks);
            blocks++;
        }
        MemorySegment memory = column.memory(block);
        long at = column.position(block);
        LONG.setOpaque(memory, at, (long) LONG.getOpaque(memory, at) | 1L << row);
        blockLimit = blocks;
        words = column;
    }

    /** The rows that have a vector. */
    RowMask present() {
        GrowingColumn column = words;
        if (column == null) {
            return RowMask.ALL;
        }
        int limit = blockLimit;
        return block ->
                block >= limit
                        ? -1L
                        : ~(long) LONG.getOpaque(column.memory(block), column.position(block));
    }

    /** Bytes of memory held. */
    long allocatedBytes() {
        GrowingColumn column = words;
        return column == null ? 0 : column.allocatedBytes();
    }
}
