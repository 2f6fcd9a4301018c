package io.moraine.storage.internal.segment;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of payloads that were decompressed last, for neighbours that are read next. Has a
 * fixed number of places and keeps no large block, so its memory is bounded: {@link #BYTES_MAX} on
 * the heap. Safe for use by several threads, none of which waits.
 */
final class PayloadBlockCache {

    private static final int PLACES = 512;

    /** Most bytes of blocks that are kept. */
    static final long BYTES_MAX = (long) PLACES * PayloadBlockFormat.BLOCK_BYTES;

    /** One for the process: blocks of all its segments compete for the same places. */
    static final PayloadBlockCache SHARED = new PayloadBlockCache();

    /** A block of a column. The column is named by number, so that a closed one is let go of. */
    private static final class Entry {
        final long column;
        final int block;
        final byte[] content;

        Entry(long column, int block, byte[] content) {
            this.column = column;
            this.block = block;
            this.content = content;
        }
    }

    private final AtomicReferenceArray<@Nullable Entry> entries =
            new AtomicReferenceArray<>(PLACES);

    /** The content of a block, if it is still there. */
    byte @Nullable [] find(long column, int block) {
        Entry entry = entries.get(place(column, block));
        return entry != null && entry.column == column && entry.block == block
                ? entry.content
                : null;
    }

    /** Keeps the content of a block, which nobody may change any more. */
    void keep(long column, int block, byte[] content) {
        if (content.length <= PayloadBlockFormat.BLOCK_BYTES) {
            entries.set(place(column, block), new Entry(column, block, content));
        }
    }

    /** Neighbouring blocks lie in neighbouring places: a scan evicts each place once. */
    private static int place(long column, int block) {
        int first = (int) ((column * 0x9E3779B97F4A7C15L) >>> 40);
        return (first + block) & (PLACES - 1);
    }
}
