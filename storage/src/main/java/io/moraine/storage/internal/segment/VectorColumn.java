package io.moraine.storage.internal.segment;

import io.moraine.storage.internal.index.VectorValues;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The vectors in one slot of a segment's first rows, as index code reads them.
 *
 * @param segment the segment, pinned by whoever uses the view
 * @param slot the vector's slot
 * @param size number of rows
 */
record VectorColumn(Segment segment, int slot, int size) implements VectorValues {

    static final ValueLayout.OfFloat F32 =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Override
    public int dimension() {
        return segment.schema().vector(slot).size();
    }

    @Override
    public MemorySegment memory(int ordinal) {
        return segment.vectorMemory(slot, ordinal);
    }

    @Override
    public long position(int ordinal) {
        return segment.vectorPosition(slot, ordinal);
    }

    @Override
    public int runEnd(int ordinal) {
        return segment.vectorRunEnd(slot, ordinal, size);
    }
}
