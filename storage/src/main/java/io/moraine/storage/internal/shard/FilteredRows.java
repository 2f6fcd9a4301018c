package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.filter.Candidate;
import io.moraine.storage.internal.filter.FilterMatcher;
import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.RowTest;
import io.moraine.storage.internal.segment.Segment;
import io.moraine.storage.internal.segment.SegmentView;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PointId;

/** The rows of a mask that pass a filter, decided row by row as the words are asked for. */
final class FilteredRows implements RowMask, RowTest {

    private final Segment segment;
    private final RowMask rows;
    private final FilterMatcher matcher;

    /** The rows of a mask that pass a filter. */
    static RowMask of(SegmentView view, RowMask rows, Filter filter) {
        return filter.isAll()
                ? rows
                : new FilteredRows(view.segment(), rows, new FilterMatcher(filter));
    }

    /** Whether single rows pass a filter. */
    static RowTest test(SegmentView view, Filter filter) {
        return filter.isAll()
                ? RowTest.ALL
                : new FilteredRows(view.segment(), RowMask.ALL, new FilterMatcher(filter));
    }

    private FilteredRows(Segment segment, RowMask rows, FilterMatcher matcher) {
        this.segment = segment;
        this.rows = rows;
        this.matcher = matcher;
    }

    @Override
    public long word(int block) {
        long passing = 0;
        for (long left = rows.word(block); left != 0; left &= left - 1) {
            int row = block * BLOCK_ROWS + Long.numberOfTrailingZeros(left);
            if (row < segment.rows() && passes(row)) {
                passing |= Long.lowestOneBit(left);
            }
        }
        return passing;
    }

    @Override
    public boolean passes(int row) {
        return matcher.matches(new Row(row));
    }

    /** One row, as a filter looks at it. */
    private final class Row implements Candidate {

        private final int row;

        Row(int row) {
            this.row = row;
        }

        @Override
        public PointId id() {
            return segment.id(row);
        }

        @Override
        public byte[] payload() {
            return segment.payload(row);
        }

        @Override
        public boolean hasVector(int slot) {
            return segment.hasVector(slot, row);
        }
    }
}
