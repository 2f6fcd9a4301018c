package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.segment.SegmentView;
import io.moraine.storage.model.Filter;
import java.util.List;

/**
 * The rows of a snapshot that pass a filter, segment by segment: what the questions that look at
 * rows one by one are built on.
 */
final class RowLookup {

    private final List<SegmentView> views;
    private final Filter filter;

    RowLookup(List<SegmentView> views, Filter filter) {
        this.views = views;
        this.filter = filter;
    }

    /** Shows every row that passes. */
    void forEach(Visitor visitor) {
        for (int i = 0; i < views.size(); i++) {
            SegmentView view = views.get(i);
            RowMask rows = FilteredRows.of(view, view.visible(), filter);
            for (int block = 0; block < RowMask.blocks(view.rows()); block++) {
                long word = rows.word(block) & RowMask.below(view.rows(), block);
                for (long left = word; left != 0; left &= left - 1) {
                    int row = block * RowMask.BLOCK_ROWS + Long.numberOfTrailingZeros(left);
                    visitor.visit(i, view, row);
                }
            }
        }
    }

    /** Is shown rows. */
    @FunctionalInterface
    interface Visitor {

        /** Looks at a row of the segment with a number. */
        void visit(int segmentNumber, SegmentView view, int row);
    }
}
