package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.filter.Verdict;
import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.RowTest;
import io.moraine.storage.internal.index.SearchRows;
import io.moraine.storage.internal.segment.SealedSegment;
import io.moraine.storage.internal.segment.SegmentView;
import io.moraine.storage.model.SearchRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a segment that a search with a filter looks at, and what is known of their number.
 *
 * <p>A scan leaves out rows that are known not to pass, before it scores them; of the others it
 * asks only those that would be among the best. When few rows pass, all are decided first and those
 * that pass are compared: the filter is asked once per row and filter, and not again while it is
 * remembered. Where indexes of payload fields decide on every row, nothing is asked at all.
 *
 * @param rows the rows
 * @param share share of the segment's rows that pass, as far as is known
 * @param few whether so few pass that comparing them costs less than scanning codes
 * @param filtered what decides on the rows; null without a filter
 */
record FilteredSearch(SearchRows rows, double share, boolean few, @Nullable FilteredRows filtered) {

    private static final int CACHED_ROWS_MIN = 4_096;
    private static final int SAMPLE_ROWS = 512;

    /** Comparing a row somewhere in memory costs as much as scanning the codes of so many. */
    private static final int COMPARISON_COST = 120;

    /** Beginning and ending a scan of codes costs as much as scanning the codes of so many rows. */
    private static final int SCAN_COST = 10_000;

    /** So few rows are compared in any case: that is hardly dearer, and exact. */
    private static final int COMPARED_ROWS = 512;

    private static final int STOP_CHECK_MASK = (1 << 12) - 1;

    static FilteredSearch of(
            SegmentView view, int segment, SearchRequest request, FilterCache cache) {
        RowMask visible = view.visible(request.slot());
        if (request.filter().isAll()) {
            return new FilteredSearch(
                    rows(view, visible, RowTest.ALL, segment, request), 1, false, null);
        }
        FilteredRows passing =
                FilteredRows.passing(view, visible, request.filter(), request::isStopped);
        RowMask possible = passing.possible();
        Optional<Verdict> decided = passing.decided();
        if (decided.isPresent()) {
            int matching = decided.get().possibleRows(view.rows());
            return new FilteredSearch(
                    rows(view, possible, RowTest.ALL, segment, request),
                    (double) matching / Math.max(1, view.rows()),
                    isFew(matching, decided.get().possibleWords(view.rows())),
                    passing);
        }
        if (view.rows() < CACHED_ROWS_MIN || !(view.segment() instanceof SealedSegment)) {
            return new FilteredSearch(
                    rows(view, possible, passing, segment, request), 1, false, passing);
        }
        RowVerdicts verdicts = cache.of(view.segment(), request.filter());
        SearchRows rows =
                rows(
                        view,
                        possible.and(verdicts.maybe()),
                        row -> verdicts.passes(row, passing),
                        segment,
                        request);
        double share = verdicts.share(SAMPLE_ROWS, passing);
        boolean few = share * COMPARISON_COST < 1;
        if (few) {
            decideAll(view.rows(), rows);
        }
        return new FilteredSearch(rows, share, few, passing);
    }

    /** The search is over; the rows must not be used after this. */
    void release() {
        if (filtered != null) {
            filtered.release();
        }
    }

    /**
     * Whether to compare the rows that match one by one.
     *
     * @param words groups of rows whose codes a scan would look at
     */
    private static boolean isFew(int matching, int words) {
        long scan = SCAN_COST + (long) words * RowMask.BLOCK_ROWS;
        return matching <= COMPARED_ROWS || (long) matching * COMPARISON_COST < scan;
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
