package io.moraine.storage.internal.index.code;

import java.lang.foreign.MemorySegment;

/**
 * Codes in one piece of memory, as in a mapped file.
 *
 * @param space what the codes mean
 * @param groups all groups, back to back, a multiple of {@link CodeFormat#groupBytes}
 */
public record SealedCodes(CodeSpace space, MemorySegment groups) implements CodeColumn {

    public SealedCodes {
        long groupBytes = CodeFormat.groupBytes(space.dimension());
        if (groups.byteSize() % groupBytes != 0) {
            throw new IllegalArgumentException(
                    "codes take whole groups of "
                            + groupBytes
                            + " bytes, got "
                            + groups.byteSize()
                            + " bytes");
        }
    }

    @Override
    public MemorySegment memory(int group) {
        return groups;
    }

    @Override
    public long position(int group) {
        return group * CodeFormat.groupBytes(space.dimension());
    }
}
