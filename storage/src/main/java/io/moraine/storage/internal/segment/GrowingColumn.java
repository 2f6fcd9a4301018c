package io.moraine.storage.internal.segment;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.LongFunction;

/**
 * Records of a fixed stride in off-heap memory that grows without ever moving a record, so that
 * readers are never disturbed.
 *
 * <p>Chunk {@code c} holds {@code base * 2^c} records until a chunk would be larger than {@value
 * #CHUNK_BYTES_MAX} bytes or so; from there on all chunks are equally large. The base is a multiple
 * of 64, so a block of 64 rows never spans two chunks. Chunks begin at multiples of 64 bytes.
 *
 * <p>Threads: one writer grows it. A reader may touch a record once it learned of it through an
 * acquiring read of something that the writer released after writing the record.
 */
final class GrowingColumn {

    private static final int BASE_ROWS_MIN = 64;
    private static final long BASE_BYTES = 64 << 10;
    private static final long CHUNK_BYTES_MAX = 8 << 20;

    private final LongFunction<MemorySegment> memory;
    private final long stride;
    private final int baseShift;
    private final int doublings;
    private MemorySegment[] chunks = new MemorySegment[16];
    private int chunkCount;
    private int capacity;

    /**
     * @param memory gives a chunk of a size in bytes, aligned to 64, its content arbitrary unless
     *     the user relies on zeros
     * @param stride bytes of a record
     */
    GrowingColumn(LongFunction<MemorySegment> memory, long stride) {
        this.memory = memory;
        this.stride = stride;
        this.baseShift = log2(Math.max(BASE_ROWS_MIN, BASE_BYTES / stride));
        this.doublings = Math.max(0, log2(Math.max(1, CHUNK_BYTES_MAX / stride)) - baseShift);
    }

    /** Makes room for a record; records are added in order. Writer only. */
    void ensure(int row) {
        if (row >= capacity) {
            if (chunkCount == chunks.length) {
                chunks = Arrays.copyOf(chunks, 2 * chunkCount);
            }
            int rows = chunkRows(chunkCount);
            chunks[chunkCount] = memory.apply(rows * stride);
            chunkCount++;
            capacity += rows;
        }
    }

    /** The memory in which a record lies. */
    MemorySegment memory(int row) {
        return chunks[chunk(row)];
    }

    /** Byte position of a record in {@link #memory}. */
    long position(int row) {
        return (row - firstRow(chunk(row))) * stride;
    }

    /** First row that is not in the chunk of a row. */
    int chunkEnd(int row) {
        int chunk = chunk(row);
        return firstRow(chunk) + chunkRows(chunk);
    }

    /** Bytes between two records of a chunk. */
    long stride() {
        return stride;
    }

    /** Bytes of memory held. */
    long allocatedBytes() {
        return capacity * stride;
    }

    private int chunk(int row) {
        int base = 1 << baseShift;
        int shifted = row + base;
        int doubled = base << doublings;
        return shifted < doubled
                ? log2(shifted) - baseShift
                : doublings + ((shifted - doubled) >>> (baseShift + doublings));
    }

    private int firstRow(int chunk) {
        int base = 1 << baseShift;
        return chunk < doublings
                ? (base << chunk) - base
                : (base << doublings) - base + ((chunk - doublings) << (baseShift + doublings));
    }

    private int chunkRows(int chunk) {
        return 1 << (baseShift + Math.min(chunk, doublings));
    }

    private static int log2(long value) {
        return 63 - Long.numberOfLeadingZeros(value);
    }
}
