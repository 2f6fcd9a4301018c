package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.segment.SegmentView;

/**
 * The rows of some segments in pieces that take about as long as each other, for threads that share
 * them: segments in the order given, those that {@link SegmentSearch#isDivisible} in pieces of
 * {@value #ROWS} rows, the others whole. Immutable.
 */
final class SearchPieces {

    /** Rows of a piece; a tenth of a millisecond, some 30 times what beginning one takes. */
    static final int ROWS = 1 << 14;

    private final SegmentView[] views;
    private final int[] order;

    /** The first piece of each segment, in that order, and behind them the number of pieces. */
    private final int[] first;

    /**
     * @param views the segments, by number
     * @param order the segments' numbers
     */
    SearchPieces(SegmentView[] views, int[] order, Question question) {
        this.views = views;
        this.order = order;
        this.first = new int[order.length + 1];
        for (int place = 0; place < order.length; place++) {
            SegmentView view = views[order[place]];
            int pieces =
                    SegmentSearch.isDivisible(view, question)
                            ? (view.rows() + ROWS - 1) / ROWS
                            : Math.min(view.rows(), 1);
            first[place + 1] = first[place] + pieces;
        }
    }

    int count() {
        return first[order.length];
    }

    /** The number of the segment that a piece is of. */
    int segment(int piece) {
        return order[place(piece)];
    }

    /** The segment that a piece is of. */
    SegmentView view(int piece) {
        return views[segment(piece)];
    }

    /** The first row of a piece. */
    int fromRow(int piece) {
        return (piece - first[place(piece)]) * ROWS;
    }

    /** The row behind the last of a piece. */
    int toRow(int piece) {
        int rows = view(piece).rows();
        boolean last = piece + 1 == first[place(piece) + 1];
        return last ? rows : fromRow(piece) + ROWS;
    }

    private int place(int piece) {
        int place = 0;
        while (first[place + 1] <= piece) {
            place++;
        }
        return place;
    }
}
