package io.moraine.storage.internal.index;

import io.moraine.storage.model.Distance;
import io.moraine.storage.model.ExampleRequest;
import io.moraine.storage.model.ExampleRequest.Strategy;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Compares several examples with every row that takes part and combines the comparisons of each row
 * into one score, see {@link Strategy}. Exact, a pass over the vectors for each example.
 *
 * <p>Holds scratch space for reuse; not safe for use by several threads at once.
 */
public final class ExampleScan {

    private final Similarity similarity;
    private final List<float[]> positive;
    private final List<float[]> negative;
    private final Strategy strategy;
    private final float[] one = new float[RowMask.BLOCK_ROWS];
    private final float[] liked = new float[RowMask.BLOCK_ROWS];
    private final float[] disliked = new float[RowMask.BLOCK_ROWS];

    private ExampleScan(
            Similarity similarity,
            List<float[]> positive,
            List<float[]> negative,
            Strategy strategy) {
        this.similarity = similarity;
        this.positive = positive;
        this.negative = negative;
        this.strategy = strategy;
    }

    /** A scan for a question whose examples fit the vectors. */
    public static ExampleScan of(ExampleRequest request, Distance distance) {
        return new ExampleScan(
                Similarity.of(distance),
                prepared(distance, request.positive()),
                prepared(distance, request.negative()),
                request.strategy());
    }

    /**
     * Offers all rows that take part.
     *
     * @param values the rows
     * @param mask which of them take part
     * @param segment index of the segment in its snapshot, for the rows offered
     * @param top receives the rows
     */
    public void scan(VectorValues values, RowMask mask, int segment, TopK top) {
        int size = values.size();
        long stride = 4L * values.dimension();
        for (int from = 0; from < size; ) {
            int end = values.runEnd(from);
            MemorySegment memory = values.memory(from);
            long position = values.position(from);
            for (int block = from >>> 6; block <= (end - 1) >>> 6; block++) {
                int first = Math.max(from, block << 6);
                long rows = (mask.word(block) & RowMask.below(end, block)) >>> (first & 63);
                if (rows != 0) {
                    combine(positive, memory, position + (first - from) * stride, rows, liked);
                    combine(negative, memory, position + (first - from) * stride, rows, disliked);
                    offer(rows, TopK.row(segment, first), top);
                }
            }
            from = end;
        }
    }

    private static List<float[]> prepared(Distance distance, List<float[]> examples) {
        return examples.stream().map(each -> Similarity.prepare(distance, each)).toList();
    }

    private void combine(
            List<float[]> examples, MemorySegment memory, long position, long rows, float[] into) {
        boolean best = strategy == Strategy.BEST_SCORE;
        for (int row = 0; row < into.length; row++) {
            into[row] = best ? Float.NEGATIVE_INFINITY : 0;
        }
        for (float[] example : examples) {
            similarity.scoreBlock(example, memory, position, rows, one);
            for (int row = 0; row < into.length; row++) {
                into[row] = best ? Math.max(into[row], one[row]) : into[row] + one[row];
            }
        }
    }

    private void offer(long rows, long first, TopK top) {
        for (long left = rows; left != 0; left &= left - 1) {
            int row = Long.numberOfTrailingZeros(left);
            top.offer(score(liked[row], disliked[row]), first + row);
        }
    }

    private float score(float liking, float disliking) {
        return switch (strategy) {
            case BEST_SCORE -> liking > disliking ? squashed(liking) : -squashed(disliking);
            case SUM_SCORES -> liking - disliking;
        };
    }

    private static float squashed(float score) {
        return 0.5f * (score / (1 + Math.abs(score)) + 1);
    }
}
