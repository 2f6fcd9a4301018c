package io.moraine.storage.internal.index;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Rows in one piece of memory. */
public final class SingleRun implements VectorValues {

    private final MemorySegment memory;
    private final int dimension;
    private final int size;

    /** Copies rows, all of one length. */
    public SingleRun(Arena arena, float[][] rows) {
        size = rows.length;
        dimension = rows[0].length;
        memory = arena.allocate(4L * dimension * size, 64);
        for (int row = 0; row < size; row++) {
            MemorySegment.copy(
                    MemorySegment.ofArray(rows[row]), 0, memory, position(row), 4L * dimension);
        }
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public MemorySegment memory(int ordinal) {
        return memory;
    }

    @Override
    public long position(int ordinal) {
        return 4L * dimension * ordinal;
    }

    @Override
    public int runEnd(int ordinal) {
        return size;
    }
}
