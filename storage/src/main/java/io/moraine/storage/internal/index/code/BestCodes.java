package io.moraine.storage.internal.index.code;

import io.moraine.storage.internal.index.RowMask;
import java.lang.foreign.MemorySegment;

/**
 * Finds the rows with the highest estimates among some thousands, such as centroids, by one scan of
 * their codes. The estimates of the first groups say what the others must reach for enough of them
 * to be left, so that hardly more rows are collected than are wanted.
 *
 * <p>Holds scratch space; not safe for use by several threads at once.
 */
public final class BestCodes {

    /** Most groups that tell what the others must reach. */
    private static final int SAMPLED_GROUPS_MAX = 4;

    /** Rows wanted for each of them: fewer are worth a smaller sample. */
    private static final int WANTED_PER_GROUP = 16;

    /** Standard errors of that sample by which more rows are let through than are wanted. */
    private static final double SAMPLE_ERRORS = 3;

    private final CodeKernel kernel;
    private final Candidates best = new Candidates();
    private final float[] bounds = new float[CodeFormat.GROUP_ROWS];

    public BestCodes(CodeKernel kernel) {
        this.kernel = kernel;
    }

    /**
     * Finds rows.
     *
     * @param query left with bounds that are estimates
     * @param memory where the codes lie
     * @param position byte position of the first group
     * @param rows how many there are
     * @param count how many are wanted
     * @return the best {@code count} rows, or all when there are fewer, in no order; good until the
     *     next call
     */
    public Candidates find(
            CodeQuery query, MemorySegment memory, long position, int rows, int count) {
        query.leave(0);
        int groups = CodeFormat.groups(rows);
        best.reset(groups * CodeFormat.GROUP_ROWS);
        int sampled = Math.clamp(count / WANTED_PER_GROUP, 1, Math.min(groups, SAMPLED_GROUPS_MAX));
        scan(query, memory, position, rows, 0, sampled, Float.NEGATIVE_INFINITY);
        if (sampled < groups) {
            double expected = (double) count * best.size() / rows;
            int rank = (int) Math.ceil(expected + SAMPLE_ERRORS * Math.sqrt(expected));
            float threshold = best.highestLower(rank);
            best.keepFrom(threshold);
            scan(query, memory, position, rows, sampled, groups, threshold);
            if (best.size() < count) {
                best.reset(groups * CodeFormat.GROUP_ROWS);
                scan(query, memory, position, rows, 0, groups, Float.NEGATIVE_INFINITY);
            }
        }
        best.keepHighest(count);
        return best;
    }

    private void scan(
            CodeQuery query,
            MemorySegment memory,
            long position,
            int rows,
            int fromGroup,
            int toGroup,
            float threshold) {
        long groupBytes = CodeFormat.groupBytes(query.space().dimension());
        for (int group = fromGroup; group < toGroup; group++) {
            long at = position + group * groupBytes;
            int first = group * CodeFormat.GROUP_ROWS;
            long wanted =
                    kernel.bounds(memory, at, query, 0, threshold, bounds)
                            & RowMask.below(rows, group);
            for (long left = wanted; left != 0; left &= left - 1) {
                int row = Long.numberOfTrailingZeros(left);
                best.add(bounds[row], bounds[row], first + row);
            }
        }
    }
}
