package io.moraine.storage.internal.index.code;

import io.moraine.storage.internal.index.SearchRows;
import io.moraine.storage.internal.index.Similarity;
import io.moraine.storage.internal.index.TopK;
import io.moraine.storage.internal.index.VectorValues;
import java.lang.foreign.MemorySegment;

/**
 * Turns candidates into exact scores, the most promising first, until no bound reaches the worst
 * row kept.
 *
 * <p>Rows lie anywhere in memory, so a batch is touched before it is scored: the misses overlap.
 * Holds scratch space; not safe for use by several threads at once.
 */
public final class Rescorer {

    private static final int BATCH_ROWS_MIN = 10;
    private static final int BATCH_ROWS_MAX = 128;
    private static final int LIMIT_PER_BATCH_ROW = 4;

    /** A cache line; every second to eighth line measured 5 to 15 % slower. */
    private static final int TOUCH_STRIDE = 64;

    private final Similarity similarity;
    private final int[] batch = new int[BATCH_ROWS_MAX];

    private float touched;
    private long rescored;

    public Rescorer(Similarity similarity) {
        this.similarity = similarity;
    }

    /** Rows scored exactly since this was made. */
    public long rescored() {
        return rescored;
    }

    /** What the touching loads summed up to; nobody needs it, but the compiler must not know. */
    public float touched() {
        return touched;
    }

    /**
     * Moves candidates into {@code top} until few are left.
     *
     * @param leave how many may be left; 0 to settle them all
     * @param rows the segment of the candidates
     * @param codeQuery translates the scores of {@code top} into linear ones
     * @param query the prepared query
     */
    public void rescore(
            Candidates candidates,
            SearchRows rows,
            CodeQuery codeQuery,
            float[] query,
            TopK top,
            int leave) {
        VectorValues values = rows.values();
        // Finding the next best costs a pass over the candidates: many at once when many are
        // wanted.
        int batchRows =
                Math.clamp(top.limit() / LIMIT_PER_BATCH_ROW, BATCH_ROWS_MIN, BATCH_ROWS_MAX);
        while (candidates.size() > leave) {
            int count = candidates.takeHighest(batchRows, batch);
            for (int i = 0; i < count; i++) {
                touch(values, batch[i]);
            }
            for (int i = 0; i < count; i++) {
                int row = batch[i];
                float score = similarity.score(query, values.memory(row), values.position(row));
                top.offer(score, TopK.row(rows.segment(), row));
            }
            rescored += count;
            candidates.keepFrom(codeQuery.linear(top.threshold()));
        }
    }

    private void touch(VectorValues values, int row) {
        MemorySegment memory = values.memory(row);
        long at = values.position(row);
        long end = at + 4L * values.dimension();
        float sum = 0;
        for (; at < end; at += TOUCH_STRIDE) {
            sum += memory.get(CodeFormat.FLOAT, at);
        }
        touched = sum;
    }
}
