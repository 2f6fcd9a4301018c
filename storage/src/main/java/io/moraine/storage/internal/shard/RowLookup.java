package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.segment.SegmentView;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.SearchStoppedException;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The rows of a snapshot that pass a filter, segment by segment: what the questions that look at
 * rows one by one are built on.
 */
final class RowLookup {

    private final List<SegmentView> views;
    private final Filter filter;
    private final BooleanSupplier stop;

    /**
     * @param stop gives the looking up
     */
    RowLookup(List<SegmentView> views, Filter filter, BooleanSupplier stop) {
        this.views = views;
        this.filter = filter;
        this.stop = stop;
    }

    /** Shows every row that passes. */
    void forEach(Visitor visitor) {
        for (int i = 0; i < views.size(); i++) {
            SegmentView view = views.get(i);
            RowMask rows = FilteredRows.of(view, view.visible(), filter, stop);
            for (int block = 0; block < RowMask.blocks(view.rows()); block++) {
                long word = rows.word(block) & RowMask.below(view.rows(), block);
                if (word != 0 && stop.getAsBoolean()) {
                    throw new SearchStoppedException();
                }
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
