package io.moraine.storage.internal.index.code;

import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.Similarity;
import io.moraine.storage.internal.index.TopK;
import io.moraine.storage.internal.index.VectorValues;
import java.lang.foreign.MemorySegment;

/**
 * Searches a segment by scanning all its codes and comparing exactly those rows whose bound says
 * that they may be among the best.
 *
 * <p>How many rows are compared follows from the codes' error, the number of rows wanted and {@code
 * deviations}: a row is left out only when its estimate plus so many standard deviations stays
 * below the worst row kept. Rows that are kept always carry their exact score.
 *
 * <p>Holds scratch space for reuse, for one code space; not safe for use by several threads at
 * once.
 */
public final class FlatSearch {

    /** Deviations that find more than 99 of 100 of the best ten. */
    public static final double DEVIATIONS_DEFAULT = 2.0;

    private static final int CANDIDATES_MIN = 512;
    private static final int CANDIDATES_PER_ROW = 8;

    private final CodeKernel kernel;
    private final CodeQuery codeQuery;
    private final Candidates candidates = new Candidates();
    private final Rescorer rescorer;
    private final float[] bounds = new float[CodeFormat.GROUP_ROWS];

    public FlatSearch(CodeSpace space) {
        this(space, CodeKernel.fastest());
    }

    FlatSearch(CodeSpace space, CodeKernel kernel) {
        this.kernel = kernel;
        this.codeQuery = new CodeQuery(space, kernel);
        this.rescorer = new Rescorer(Similarity.of(space.distance()));
    }

    /** Rows compared exactly since this was made. */
    public long rescored() {
        return rescorer.rescored();
    }

    /**
     * Offers the best rows of a segment.
     *
     * @param codes a code for every row that takes part, of this search's space
     * @param values the rows
     * @param mask which of them take part
     * @param query the prepared query, see {@link Similarity#prepare}
     * @param deviations standard deviations of the estimate that are left to errors
     * @param segment index of the segment in its snapshot, for the rows offered
     * @param top receives the rows; what it holds already raises the threshold
     */
    public void search(
            CodeColumn codes,
            VectorValues values,
            RowMask mask,
            float[] query,
            double deviations,
            int segment,
            TopK top) {
        codeQuery.set(query, deviations);
        int capacity = Math.max(CANDIDATES_MIN, CANDIDATES_PER_ROW * top.limit());
        candidates.reset(capacity);
        float threshold = codeQuery.linear(top.threshold());
        int size = values.size();
        for (int group = 0; group < CodeFormat.groups(size); group++) {
            long rows = mask.word(group) & RowMask.below(size, group);
            if (rows == 0) {
                continue;
            }
            MemorySegment memory = codes.memory(group);
            long position = codes.position(group);
            rows &=
                    kernel.bounds(
                            memory, position, codeQuery, codeQuery.originBase(), threshold, bounds);
            if (rows != 0) {
                collect(memory, position, rows, group * CodeFormat.GROUP_ROWS);
                if (candidates.room() < CodeFormat.GROUP_ROWS) {
                    threshold = thin(threshold, values, query, segment, top);
                }
            }
        }
        rescorer.rescore(candidates, values, codeQuery, query, segment, top, 0);
    }

    private void collect(MemorySegment codes, long group, long rows, int firstOrdinal) {
        long scales = group + CodeFormat.scalesOffset(codeQuery.space().dimension());
        float width = 2 * codeQuery.slack();
        for (long left = rows; left != 0; left &= left - 1) {
            int row = Long.numberOfTrailingZeros(left);
            float upper = bounds[row];
            float scale = codes.get(CodeFormat.FLOAT, scales + 4L * row);
            candidates.add(upper, upper - width * scale, firstOrdinal + row);
        }
    }

    /** Makes room among the candidates and returns the threshold that is known by then. */
    private float thin(float threshold, VectorValues values, float[] query, int segment, TopK top) {
        float raised = Math.max(threshold, candidates.highestLower(top.limit()));
        candidates.keepFrom(raised);
        int half = (candidates.size() + candidates.room()) / 2;
        rescorer.rescore(candidates, values, codeQuery, query, segment, top, half);
        return Math.max(raised, codeQuery.linear(top.threshold()));
    }
}
