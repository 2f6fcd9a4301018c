package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.segment.SegmentView;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.SearchStoppedException;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * About how many points pass a filter: what indexes are sure of is counted, and of the rows that
 * would have to be read a few, evenly spread, stand for all. Looks at {@value #SAMPLE_ROWS}
 * payloads of a segment at most; a segment with fewer rows in doubt is counted exactly.
 */
final class CountEstimate {

    static final int SAMPLE_ROWS = 1_024;

    private CountEstimate() {}

    /**
     * An estimate; always the same for the same snapshot.
     *
     * @param stop gives the counting up
     */
    static long of(List<SegmentView> views, Filter filter, BooleanSupplier stop) {
        double estimate = 0;
        for (SegmentView view : views) {
            if (filter.isAll()) {
                estimate += view.count();
            } else if (view.rows() > 0) {
                estimate +=
                        of(view, FilteredRows.passing(view, view.visible(), filter, stop), stop);
            }
        }
        return Math.round(estimate);
    }

    private static double of(SegmentView view, FilteredRows rows, BooleanSupplier stop) {
        long sure = 0;
        long open = 0;
        int blocks = RowMask.blocks(view.rows());
        for (int block = 0; block < blocks; block++) {
            long below = RowMask.below(view.rows(), block);
            sure += Long.bitCount(rows.sure(block) & below);
            open += Long.bitCount(rows.open(block) & below);
        }
        long step = Math.max(1, open / SAMPLE_ROWS);
        long seen = 0;
        long tested = 0;
        long passed = 0;
        for (int block = 0; block < blocks && open > 0; block++) {
            for (long left = rows.open(block) & RowMask.below(view.rows(), block);
                    left != 0;
                    left &= left - 1) {
                if (seen % step == chosen(seen++ / step, step)) {
                    if (stop.getAsBoolean()) {
                        throw new SearchStoppedException();
                    }
                    tested++;
                    int row = block * RowMask.BLOCK_ROWS + Long.numberOfTrailingZeros(left);
                    passed += rows.passes(row) ? 1 : 0;
                }
            }
        }
        return sure + (tested == 0 ? 0 : (double) open * passed / tested);
    }

    /**
     * Which row of a stretch is looked at: another one in each, because rows that repeat in a
     * pattern would always show the same side to equal steps. The multiplier is that of Fibonacci
     * hashing (Knuth, The Art of Computer Programming 3, 6.4).
     */
    private static long chosen(long stretch, long step) {
        long mixed = (stretch + 1) * 0x9E37_79B9_7F4A_7C15L;
        return ((mixed >>> 32) * step) >>> 32;
    }
}
