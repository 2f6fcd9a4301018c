package io.moraine.storage.internal.segment;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.LongFunction;

/**
 * Byte strings of any length, appended one after the other to off-heap memory that grows without
 * ever moving one. A string is found by its handle: chunk number in the upper half, byte position
 * in the chunk in the lower.
 *
 * <p>Threads: as for {@link GrowingColumn}.
 */
final class GrowingBytes {

    private static final long CHUNK_BYTES_MIN = 16 << 10;
    private static final long CHUNK_BYTES_MAX = 8 << 20;

    private final LongFunction<MemorySegment> memory;
    private MemorySegment[] chunks = new MemorySegment[16];
    private int chunkCount;
    private long end;
    private long limit;
    private long allocatedBytes;
    private long usedBytes;

    /**
     * @param memory gives a chunk of a size in bytes, its content arbitrary
     */
    GrowingBytes(LongFunction<MemorySegment> memory) {
        this.memory = memory;
    }

    /** Copies a string and returns its handle. Writer only. */
    long append(MemorySegment source, long position, int length) {
        if (end + length > limit) {
            addChunk(length);
        }
        long at = end;
        MemorySegment.copy(source, position, chunks[chunkCount - 1], at, length);
        end += length;
        usedBytes += length;
        return ((long) (chunkCount - 1) << 32) | at;
    }

    /** The memory in which a string lies. */
    MemorySegment memory(long handle) {
        return chunks[(int) (handle >>> 32)];
    }

    /** Byte position of a string in {@link #memory}. */
    static long position(long handle) {
        return handle & 0xFFFF_FFFFL;
    }

    /** Bytes of all strings together. */
    long usedBytes() {
        return usedBytes;
    }

    /** Bytes of memory held. */
    long allocatedBytes() {
        return allocatedBytes;
    }

    private void addChunk(int length) {
        if (chunkCount == chunks.length) {
            chunks = Arrays.copyOf(chunks, 2 * chunkCount);
        }
        long grown = Math.clamp(allocatedBytes, CHUNK_BYTES_MIN, CHUNK_BYTES_MAX);
        limit = Math.max(grown, length);
        chunks[chunkCount++] = memory.apply(limit);
        allocatedBytes += limit;
        end = 0;
    }
}
