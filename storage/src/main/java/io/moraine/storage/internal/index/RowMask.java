package io.moraine.storage.internal.index;

/**
 * Which rows of a segment take part in a search: visibility and filters are both this.
 *
 * <p>Rows come in blocks of 64; bit {@code i} of block {@code b} stands for ordinal {@code 64 * b +
 * i}. Scans read each word once, in ascending order, and clear the bits beyond the last row
 * themselves. Safe for use by several threads.
 */
@FunctionalInterface
public interface RowMask {

    /** Rows in one word. */
    int BLOCK_ROWS = 64;

    /** A mask that lets every row take part. */
    RowMask ALL = block -> -1L;

    /** The rows of a block that take part. */
    long word(int block);

    /**
     * The rows of a block that {@link #has} may let take part, and perhaps others; never dearer
     * than {@link #word}. For scans that decide on few of the rows they look at.
     */
    default long maybe(int block) {
        return word(block);
    }

    /** Whether a row takes part. */
    default boolean has(int row) {
        return (word(row >>> 6) >>> row & 1) != 0;
    }

    /** The rows that take part in both masks. */
    default RowMask and(RowMask other) {
        return other.equals(ALL) ? this : new RowsOfBoth(this, other);
    }

    /** Number of blocks that {@code rows} rows take. */
    static int blocks(int rows) {
        return (rows + BLOCK_ROWS - 1) >>> 6;
    }

    /** The bits of a block that stand for rows below {@code rows}. */
    static long below(int rows, int block) {
        int left = rows - (block << 6);
        return left >= BLOCK_ROWS ? -1L : left <= 0 ? 0 : (1L << left) - 1;
    }
}
