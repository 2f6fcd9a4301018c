package io.moraine.storage.internal.segment;

import io.moraine.storage.internal.index.RowMask;

/**
 * The rows of a segment that a seal or a merge carries over.
 *
 * @param segment where they are; pinned by the caller
 * @param rows number of leading rows that are looked at
 * @param mask which of them are carried over
 */
public record RowSelection(Segment segment, int rows, RowMask mask) {

    /**
     * The rows that a reader at or after a sequence number may see or must know of: those that did
     * not die at or before it, and tombstones. Rows born after it are included as well, so the
     * selection does not change while later operations end rows.
     *
     * @param sequence no reader will ever look at an earlier one
     */
    public static RowSelection since(Segment segment, long sequence) {
        return since(segment, sequence, Long.MIN_VALUE);
    }

    /**
     * The same without old tombstones.
     *
     * @param tombstonesFromMs tombstones of records with an earlier timestamp are left out
     */
    public static RowSelection since(Segment segment, long sequence, long tombstonesFromMs) {
        int rows = segment.rows();
        RowMask alive = segment.diedColumn().alive(sequence, rows);
        return new RowSelection(
                segment,
                rows,
                block ->
                        alive.word(block)
                                | tombstones(segment, rows, block, alive, tombstonesFromMs));
    }

    /** Number of rows carried over. */
    public int count() {
        int count = 0;
        for (int block = RowMask.blocks(rows) - 1; block >= 0; block--) {
            count += Long.bitCount(mask.word(block));
        }
        return count;
    }

    private static long tombstones(
            Segment segment, int rows, int block, RowMask alive, long fromMs) {
        long kept = 0;
        for (long dead = RowMask.below(rows, block) & ~alive.word(block);
                dead != 0;
                dead &= dead - 1) {
            int bit = Long.numberOfTrailingZeros(dead);
            int row = (block << 6) + bit;
            if (segment.isTombstone(row) && segment.timestampMs(row) >= fromMs) {
                kept |= 1L << bit;
            }
        }
        return kept;
    }
}
