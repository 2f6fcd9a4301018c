package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.RowTest;
import io.moraine.storage.internal.index.SearchRows;
import io.moraine.storage.internal.segment.SealedSegment;
import io.moraine.storage.internal.segment.SegmentView;
import io.moraine.storage.model.SearchRequest;

/**
 * The rows of a segment that a search with a filter looks at, and what is known of their number.
 *
 * <p>A scan leaves out rows that are known not to pass, before it scores them; of the others it
 * asks only those that would be among the best. When few rows pass, all are decided first and those
 * that pass are compared: the filter is asked once per row and filter, and not again while it is
 * remembered.
 *
 * @param rows the rows
 * @param share share of the segment's rows that pass, as far as is known
 * @param few whether so few pass that comparing them costs less than scanning codes
 */
record FilteredSearch(SearchRows rows, double share, boolean few) {

    private static final int CACHED_ROWS_MIN = 4_096;
    private static final int SAMPLE_ROWS = 512;

    /** Comparing a row somewhere in memory costs as much as scanning the codes of so many. */
    private static final int COMPARISON_COST = 120;

    private static final int STOP_CHECK_MASK = (1 << 12) - 1;

    static FilteredSearch of(
            SegmentView view, int segment, SearchRequest request, FilterCache cache) {
        RowMask visible = view.visible(request.slot());
        if (request.filter().isAll()) {
            return new FilteredSearch(rows(view, visible, RowTest.ALL, segment, request), 1, false);
        }
        FilteredRows passing = FilteredRows.passing(view, visible, request.filter());
        RowMask possible = passing.possible();
        if (view.rows() < CACHED_ROWS_MIN || !(view.segment() instanceof SealedSegment)) {
            return new FilteredSearch(rows(view, possible, passing, segment, request), 1, false);
        }
        RowVerdicts verdicts = cache.of(view.segment(), request.filter());
        SearchRows rows =
                rows(
                        view,
                        possible.and(verdicts.maybe()),
                        row -> verdicts.passes(row, passing),
                        segment,
                        request);
        if (verdicts.knownRows() < SAMPLE_ROWS) {
            verdicts.sample(SAMPLE_ROWS, passing);
        }
        double share = verdicts.share();
        boolean few = share * COMPARISON_COST < 1;
        if (few) {
            decideAll(view.rows(), rows);
        }
        return new FilteredSearch(rows, share, few);
    }

    private static SearchRows rows(
            SegmentView view, RowMask mask, RowTest test, int segment, SearchRequest request) {
        return new SearchRows(
                view.vectors(request.slot()), mask, test, segment, request::isStopped);
    }

    private static void decideAll(int size, SearchRows rows) {
        for (int block = 0; block < RowMask.blocks(size); block++) {
            if ((block & STOP_CHECK_MASK) == STOP_CHECK_MASK) {
                rows.checkStopped();
            }
            for (long left = rows.mask().word(block); left != 0; left &= left - 1) {
                rows.test().passes((block << 6) + Long.numberOfTrailingZeros(left));
            }
        }
    }
}
