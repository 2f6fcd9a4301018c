package io.moraine.storage.internal.index;

import static io.moraine.storage.internal.index.SearchRows.STOP_CHECK_BLOCKS;

import java.lang.foreign.MemorySegment;

/**
 * Compares a query with every row of a segment that takes part, one row stream at a time: the
 * answer is exact and costs a pass over the vectors.
 *
 * <p>Holds scratch space for reuse; not safe for use by several threads at once.
 */
public final class ExactScan {

    private final Similarity similarity;
    private final float[] scores = new float[RowMask.BLOCK_ROWS];

    public ExactScan(Similarity similarity) {
        this.similarity = similarity;
    }

    /**
     * Offers all rows that take part.
     *
     * @param query the prepared query, see {@link Similarity#prepare}
     * @param top receives the rows
     */
    public void scan(SearchRows rows, float[] query, TopK top) {
        scan(rows, 0, rows.values().size(), query, top);
    }

    /**
     * Offers those of some rows that take part.
     *
     * @param fromRow the first row
     * @param toRow the row behind the last
     * @param query as above
     * @param top as above
     */
    public void scan(SearchRows rows, int fromRow, int toRow, float[] query, TopK top) {
        VectorValues values = rows.values();
        RowMask mask = rows.mask();
        long stride = 4L * values.dimension();
        int from = fromRow;
        while (from < toRow) {
            int end = Math.min(toRow, values.runEnd(from));
            MemorySegment memory = values.memory(from);
            long position = values.position(from);
            for (int block = from >>> 6; block <= (end - 1) >>> 6; block++) {
                if ((block & (STOP_CHECK_BLOCKS - 1)) == STOP_CHECK_BLOCKS - 1) {
                    rows.checkStopped();
                }
                int first = Math.max(from, block << 6);
                long wanted = (mask.word(block) & RowMask.below(end, block)) >>> (first & 63);
                if (wanted != 0) {
                    long at = position + (first - from) * stride;
                    similarity.scoreBlock(query, memory, at, wanted, scores);
                    offer(rows, first, wanted, top);
                }
            }
            from = end;
        }
    }

    /** The test comes last: it may cost more than all that was done for the row before. */
    private void offer(SearchRows rows, int first, long wanted, TopK top) {
        for (long left = wanted; left != 0; left &= left - 1) {
            int row = Long.numberOfTrailingZeros(left);
            float score = scores[row];
            if (!(score < top.threshold()) && rows.test().passes(first + row)) {
                top.offer(score, TopK.row(rows.segment(), first + row));
            }
        }
    }
}
