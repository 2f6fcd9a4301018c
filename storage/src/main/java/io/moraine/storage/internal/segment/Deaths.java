package io.moraine.storage.internal.segment;

import io.moraine.storage.internal.index.RowMask;
import java.util.List;

/** Takes the deaths of rows over to the segment that the rows were written to. */
public final class Deaths {

    private Deaths() {}

    /**
     * Ends each row of a new segment whose source row has died at or before a sequence number, and
     * that is not dead yet. Writer only, or before the new segment is published.
     *
     * @param selections what the new segment was written from, in that order
     * @param upTo sequence number of the last death to take over
     */
    public static void carryOver(List<RowSelection> selections, SealedSegment target, long upTo) {
        int first = 0;
        for (RowSelection selection : selections) {
            for (int block = 0; block < RowMask.blocks(selection.rows()); block++) {
                long kept = selection.mask().word(block) & RowMask.below(selection.rows(), block);
                long dead = kept & selection.segment().diedColumn().deadWord(block);
                for (; dead != 0; dead &= dead - 1) {
                    int bit = Long.numberOfTrailingZeros(dead);
                    long died = selection.segment().died((block << 6) + bit);
                    int row = first + Long.bitCount(kept & ((1L << bit) - 1));
                    if (died <= upTo && target.died(row) == Segment.ALIVE) {
                        target.kill(row, died);
                    }
                }
                first += Long.bitCount(kept);
            }
        }
    }
}
