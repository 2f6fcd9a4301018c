package io.moraine.storage.internal.segment;

import static io.moraine.storage.internal.segment.RowFormat.I64;

import io.moraine.storage.internal.index.RowMask;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * When each row of a segment died: the sequence number of the operation that replaced or deleted
 * it, or {@link #ALIVE}. Rows come in pages of {@value #PAGE_ROWS}; a page without deaths takes no
 * memory.
 *
 * <p>Layout of a page, off-heap: 64 words of 64 bits, bit = dead; then one sequence number per row.
 *
 * <p>Invariants: a row dies once. The sequence number is written before the bit, and a fresh page
 * says {@code ALIVE} everywhere before it is published, so a reader at applied offset S that sees
 * half of a death sees one above S, which changes nothing for it.
 *
 * <p>Threads: one writer. A reader at S may use the column once it acquired S.
 */
final class DiedColumn {

    /** What stands for a row that has not died. */
    static final long ALIVE = Long.MAX_VALUE;

    private static final int PAGE_SHIFT = 12;
    private static final int PAGE_ROWS = 1 << PAGE_SHIFT;
    private static final int PAGE_BLOCKS = PAGE_ROWS / RowMask.BLOCK_ROWS;
    private static final long WORDS_BYTES = (long) PAGE_BLOCKS * Long.BYTES;
    private static final long PAGE_BYTES = WORDS_BYTES + (long) PAGE_ROWS * Long.BYTES;

    private static final VarHandle LONG = I64.varHandle();
    private static final VarHandle PAGE =
            MethodHandles.arrayElementVarHandle(MemorySegment[].class);

    private final Arena arena;
    private volatile @Nullable MemorySegment[] pages = new @Nullable MemorySegment[4];
    private final AtomicInteger deadRows = new AtomicInteger();
    private final AtomicInteger pageCount = new AtomicInteger();

    DiedColumn(Arena arena) {
        this.arena = arena;
    }

    /** Notes that a row died. Writer only. */
    void set(int row, long sequence) {
        MemorySegment page = writablePage(row >>> PAGE_SHIFT);
        int inPage = row & (PAGE_ROWS - 1);
        LONG.setOpaque(page, WORDS_BYTES + (long) inPage * Long.BYTES, sequence);
        long wordAt = (long) (inPage >>> 6) * Long.BYTES;
        long word = (long) LONG.getOpaque(page, wordAt);
        LONG.setRelease(page, wordAt, word | 1L << inPage);
        deadRows.setRelease(deadRows.getPlain() + 1);
    }

    /** When a row died. */
    long get(int row) {
        MemorySegment page = page(pages, row >>> PAGE_SHIFT);
        return page == null ? ALIVE : died(page, row & (PAGE_ROWS - 1));
    }

    /** Number of rows that died. */
    int deadRows() {
        return deadRows.getAcquire();
    }

    /** Bytes of memory held. */
    long allocatedBytes() {
        return pageCount.getAcquire() * PAGE_BYTES;
    }

    /** The first {@code rows} rows, without those that died at or before a sequence number. */
    RowMask alive(long sequence, int rows) {
        return new Alive(pages, sequence, rows);
    }

    /** Rows that had not died by a sequence number. */
    private static final class Alive implements RowMask {

        private final @Nullable MemorySegment[] pages;
        private final long sequence;
        private final int rows;

        Alive(@Nullable MemorySegment[] pages, long sequence, int rows) {
            this.pages = pages;
            this.sequence = sequence;
            this.rows = rows;
        }

        @Override
        public long word(int block) {
            long word = RowMask.below(rows, block);
            MemorySegment page = page(pages, block >>> (PAGE_SHIFT - 6));
            return page == null ? word : clearDead(page, block & (PAGE_BLOCKS - 1), word, sequence);
        }

        /** All rows: when one died takes a look at each that did. */
        @Override
        public long maybe(int block) {
            return RowMask.below(rows, block);
        }

        @Override
        public boolean has(int row) {
            MemorySegment page = page(pages, row >>> PAGE_SHIFT);
            int inPage = row & (PAGE_ROWS - 1);
            return row < rows
                    && (page == null
                            || (DiedColumn.word(page, inPage >>> 6) >>> row & 1) == 0
                            || died(page, inPage) > sequence);
        }
    }

    /** The rows of a block that died, whenever it was. */
    long deadWord(int block) {
        MemorySegment page = page(pages, block >>> (PAGE_SHIFT - 6));
        return page == null ? 0 : word(page, block & (PAGE_BLOCKS - 1));
    }

    private static long clearDead(MemorySegment page, int pageBlock, long word, long sequence) {
        long alive = word;
        for (long dead = word & word(page, pageBlock); dead != 0; dead &= dead - 1) {
            int bit = Long.numberOfTrailingZeros(dead);
            if (died(page, (pageBlock << 6) + bit) <= sequence) {
                alive &= ~(1L << bit);
            }
        }
        return alive;
    }

    private static long word(MemorySegment page, int pageBlock) {
        return (long) LONG.getAcquire(page, (long) pageBlock * Long.BYTES);
    }

    private static long died(MemorySegment page, int inPage) {
        return (long) LONG.getOpaque(page, WORDS_BYTES + (long) inPage * Long.BYTES);
    }

    private static @Nullable MemorySegment page(@Nullable MemorySegment[] pages, int index) {
        return index < pages.length ? (MemorySegment) PAGE.getAcquire(pages, index) : null;
    }

    private MemorySegment writablePage(int index) {
        @Nullable MemorySegment[] current = pages;
        if (index >= current.length) {
            current = Arrays.copyOf(current, Math.max(index + 1, 2 * current.length));
            pages = current;
        }
        MemorySegment page = current[index];
        if (page == null) {
            page = arena.allocate(PAGE_BYTES, Long.BYTES);
            for (int row = 0; row < PAGE_ROWS; row++) {
                page.set(I64, WORDS_BYTES + (long) row * Long.BYTES, ALIVE);
            }
            PAGE.setRelease(current, index, page);
            pageCount.setRelease(pageCount.getPlain() + 1);
        }
        return page;
    }
}
