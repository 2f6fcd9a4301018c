package io.moraine.storage.internal.index.code;

import static io.moraine.storage.internal.index.SearchRows.STOP_CHECK_BLOCKS;

import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.SearchRows;
import io.moraine.storage.internal.index.Similarity;
import io.moraine.storage.internal.index.TopK;
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
    private static final int CANDIDATES_MAX = 1 << 14;
    private static final int CANDIDATES_PER_ROW = 8;

    private final CodeKernel kernel;
    private final CodeQuery codeQuery;
    private final Candidates candidates = new Candidates();
    private final Rescorer rescorer;
    private final float[] bounds = new float[CodeFormat.GROUP_ROWS];
    private float[] prepared = new float[0];
    private float threshold;

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
     * @param query the prepared query, see {@link Similarity#prepare}
     * @param deviations standard deviations of the estimate that are left to errors
     * @param top receives the rows; what it holds already raises the threshold
     */
    public void search(
            CodeColumn codes, SearchRows rows, float[] query, double deviations, TopK top) {
        begin(query, deviations);
        scan(codes, rows, 0, CodeFormat.groups(rows.values().size()), top);
        settle(rows, top);
    }

    /**
     * Takes a query; {@link #scan} and {@link #settle} follow, for any number of segments.
     *
     * @param query as above; not changed, and not to be changed until the last settling
     * @param deviations as above
     */
    public void begin(float[] query, double deviations) {
        prepared = query;
        codeQuery.set(query, deviations);
        candidates.reset(CANDIDATES_MIN);
        threshold = Float.NEGATIVE_INFINITY;
    }

    /**
     * Collects the rows of some groups of a segment that may be among the best. All that was
     * collected must be settled before another segment is scanned.
     */
    public void scan(CodeColumn codes, SearchRows rows, int fromGroup, int toGroup, TopK top) {
        ensureRoom(top);
        threshold = Math.max(threshold, codeQuery.linear(top.threshold()));
        RowMask mask = rows.mask();
        int size = rows.values().size();
        for (int group = fromGroup; group < toGroup; group++) {
            if ((group & (STOP_CHECK_BLOCKS - 1)) == STOP_CHECK_BLOCKS - 1) {
                rows.checkStopped();
            }
            long wanted = mask.maybe(group) & RowMask.below(size, group);
            if (wanted == 0) {
                continue;
            }
            MemorySegment memory = codes.memory(group);
            long position = codes.position(group);
            wanted &=
                    kernel.bounds(
                            memory, position, codeQuery, codeQuery.originBase(), threshold, bounds);
            if (wanted != 0) {
                collect(memory, position, wanted, group * CodeFormat.GROUP_ROWS, rows);
                if (candidates.room() < CodeFormat.GROUP_ROWS) {
                    thin(rows, top);
                }
            }
        }
    }

    /** Compares the rows collected until none that is left can be among the best. */
    public void settle(SearchRows rows, TopK top) {
        candidates.keepFrom(codeQuery.linear(top.threshold()));
        rescorer.rescore(candidates, rows, codeQuery, prepared, top, 0);
        threshold = codeQuery.linear(top.threshold());
    }

    /** Rows collected are kept; nothing else is, so room can be made only when there are none. */
    private void ensureRoom(TopK top) {
        if (candidates.size() == 0) {
            candidates.reset(
                    Math.clamp(
                            (long) CANDIDATES_PER_ROW * top.limit(),
                            CANDIDATES_MIN,
                            CANDIDATES_MAX));
        }
    }

    private void collect(
            MemorySegment codes, long group, long wanted, int firstOrdinal, SearchRows rows) {
        long scales = group + CodeFormat.scalesOffset(codeQuery.space().dimension());
        float width = 2 * codeQuery.slack();
        for (long left = wanted; left != 0; left &= left - 1) {
            int row = Long.numberOfTrailingZeros(left);
            if (rows.takesPart(firstOrdinal + row)) {
                float upper = bounds[row];
                float scale = codes.get(CodeFormat.FLOAT, scales + 4L * row);
                candidates.add(upper, upper - width * scale, firstOrdinal + row);
            }
        }
    }

    /** Makes room among the candidates, and raises the threshold to what is known by then. */
    private void thin(SearchRows rows, TopK top) {
        threshold = Math.max(threshold, candidates.highestLower(top.limit()));
        candidates.keepFrom(threshold);
        int half = (candidates.size() + candidates.room()) / 2;
        rescorer.rescore(candidates, rows, codeQuery, prepared, top, half);
        threshold = Math.max(threshold, codeQuery.linear(top.threshold()));
    }
}
