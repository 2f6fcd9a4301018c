package io.moraine.storage.internal.index;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Rows in runs of a fixed length, each in memory of its own; one run when that is enough. */
public final class ChunkedValues implements VectorValues {

    private final int dimension;
    private final int size;
    private final int rowsPerChunk;
    private final MemorySegment[] chunks;

    /** Copies rows, all of one length. */
    public ChunkedValues(Arena arena, float[][] rows, int rowsPerChunk) {
        this.dimension = rows[0].length;
        this.size = rows.length;
        this.rowsPerChunk = rowsPerChunk;
        this.chunks = new MemorySegment[(size + rowsPerChunk - 1) / rowsPerChunk];
        for (int chunk = 0; chunk < chunks.length; chunk++) {
            chunks[chunk] = arena.allocate(4L * dimension * rowsPerChunk, 64);
        }
        for (int ordinal = 0; ordinal < size; ordinal++) {
            MemorySegment.copy(
                    rows[ordinal],
                    0,
                    memory(ordinal),
                    ValueLayout.JAVA_FLOAT_UNALIGNED,
                    position(ordinal),
                    dimension);
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
        return chunks[ordinal / rowsPerChunk];
    }

    @Override
    public long position(int ordinal) {
        return 4L * dimension * (ordinal % rowsPerChunk);
    }

    @Override
    public int runEnd(int ordinal) {
        return Math.min(size, (ordinal / rowsPerChunk + 1) * rowsPerChunk);
    }
}
