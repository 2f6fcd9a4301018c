package io.moraine.storage.internal.index.code;

import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/**
 * Codes of a segment that still grows: each row's code is written before the row becomes visible.
 *
 * <p>Groups lie in chunks that double in size: chunk {@code c} holds {@code base * 2^c} groups, so
 * nothing is ever moved under a reader.
 *
 * <p>Threads: one writer appends; any thread may read the groups of rows that the writer has
 * published since, through whatever publishes the number of rows. The memory belongs to the
 * allocator.
 */
public final class AppendableCodes implements CodeColumn {

    private static final int CHUNKS_MAX = 31;

    private final CodeSpace space;
    private final CodeEncoder encoder;
    private final LongFunction<MemorySegment> allocator;
    private final long groupBytes;
    private final int baseShift;
    private final MemorySegment[] chunks = new MemorySegment[CHUNKS_MAX];
    private int chunkCount;
    private volatile long allocatedBytes;

    /**
     * @param space what the codes mean
     * @param allocator gives memory of so many bytes, aligned to 64, its content arbitrary, that
     *     lives as long as readers do
     * @param baseGroups groups in the first chunk, a power of two
     */
    public AppendableCodes(CodeSpace space, LongFunction<MemorySegment> allocator, int baseGroups) {
        if (Integer.bitCount(baseGroups) != 1) {
            throw new IllegalArgumentException(
                    "the first chunk holds a power of two of groups, got " + baseGroups);
        }
        this.space = space;
        this.encoder = new CodeEncoder(space);
        this.allocator = allocator;
        this.groupBytes = CodeFormat.groupBytes(space.dimension());
        this.baseShift = Integer.numberOfTrailingZeros(baseGroups);
    }

    /**
     * Encodes a row; ordinals come in ascending order, those of rows without a vector are left out.
     *
     * @param vectors where the row's vector lies
     * @param position byte position of its first component
     */
    public void append(int ordinal, MemorySegment vectors, long position) {
        int group = ordinal / CodeFormat.GROUP_ROWS;
        while (chunk(group) >= chunkCount) {
            long bytes = groupBytes << (baseShift + chunkCount);
            chunks[chunkCount] = allocator.apply(bytes);
            chunkCount++;
            allocatedBytes = (groupBytes << (baseShift + chunkCount)) - (groupBytes << baseShift);
        }
        int row = ordinal % CodeFormat.GROUP_ROWS;
        encoder.encode(vectors, position, memory(group), position(group), row);
    }

    /** Bytes of memory held. */
    public long allocatedBytes() {
        return allocatedBytes;
    }

    @Override
    public CodeSpace space() {
        return space;
    }

    @Override
    public MemorySegment memory(int group) {
        return chunks[chunk(group)];
    }

    @Override
    public long position(int group) {
        int before = ((1 << chunk(group)) - 1) << baseShift;
        return (group - before) * groupBytes;
    }

    private int chunk(int group) {
        return 31 - Integer.numberOfLeadingZeros((group >>> baseShift) + 1);
    }
}
