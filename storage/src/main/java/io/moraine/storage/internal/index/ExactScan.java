package io.moraine.storage.internal.index;

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
     * @param values the rows
     * @param mask which of them take part
     * @param query the prepared query, see {@link Similarity#prepare}
     * @param segment index of the segment in its snapshot, for the rows offered
     * @param top receives the rows
     */
    public void scan(VectorValues values, RowMask mask, float[] query, int segment, TopK top) {
        int size = values.size();
        long stride = 4L * values.dimension();
        int from = 0;
        while (from < size) {
            int end = values.runEnd(from);
            MemorySegment memory = values.memory(from);
            long position = values.position(from);
            for (int block = from >>> 6; block <= (end - 1) >>> 6; block++) {
                int first = Math.max(from, block << 6);
                long rows = (mask.word(block) & RowMask.below(end, block)) >>> (first & 63);
                if (rows != 0) {
                    scanBlock(
                            query,
                            memory,
                            position + (first - from) * stride,
                            rows,
                            TopK.row(segment, first),
                            top);
                }
            }
            from = end;
        }
    }

    private void scanBlock(
            float[] query, MemorySegment memory, long position, long rows, long first, TopK top) {
        similarity.scoreBlock(query, memory, position, rows, scores);
        for (long left = rows; left != 0; left &= left - 1) {
            int row = Long.numberOfTrailingZeros(left);
            top.offer(scores[row], first + row);
        }
    }
}
