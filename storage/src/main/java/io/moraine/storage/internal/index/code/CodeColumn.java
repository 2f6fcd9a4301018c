package io.moraine.storage.internal.index.code;

import java.lang.foreign.MemorySegment;

/**
 * The codes of the rows of a segment, in ordinal order, as {@link CodeFormat} lays them out. The
 * codes of visible rows never change; safe for use by several threads.
 */
public interface CodeColumn {

    /** What the codes mean. */
    CodeSpace space();

    /** The memory in which a group lies. */
    MemorySegment memory(int group);

    /** Byte position of a group in {@link #memory}. */
    long position(int group);
}
