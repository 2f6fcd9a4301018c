package io.moraine.storage.internal.index;

import java.lang.foreign.MemorySegment;

/**
 * One vector of each row of a segment, as index code reads them: little-endian 32-bit floats, rows
 * back to back with a fixed stride of {@code 4 * dimension} bytes inside a <em>run</em>.
 *
 * <p>A sealed segment has a single run, its mapping. An appendable one has a run per chunk. The
 * rows below {@link #size} never change while the view is in use; the memory outlives it because
 * the snapshot pins the segment. A row that carries no such vector has arbitrary bytes and must be
 * hidden by the {@link RowMask}.
 *
 * <p>Safe for use by several threads.
 */
public interface VectorValues {

    /** Number of rows; ordinals are 0 to {@code size - 1}. */
    int size();

    /** Number of components of each row. */
    int dimension();

    /** The memory in which a row lies. */
    MemorySegment memory(int ordinal);

    /** Byte position of a row's first component in {@link #memory}. */
    long position(int ordinal);

    /**
     * First ordinal above this one that is not contiguous with it; at most {@link #size}. All rows
     * from {@code ordinal} up to there lie in the same memory.
     */
    int runEnd(int ordinal);
}
