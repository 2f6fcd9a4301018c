package io.moraine.storage.internal.segment;

import io.moraine.storage.internal.index.RowMask;
import java.util.List;

/** Walks over the selected rows of several segments, in order, a run of neighbours at a time. */
final class RowRuns {

    private final List<RowSelection> selections;
    private int selection;
    private int next;
    private int first;
    private int end;

    RowRuns(List<RowSelection> selections) {
        this.selections = selections;
    }

    /** Moves to the next run; false when there is none. */
    boolean advance() {
        while (selection < selections.size()) {
            first = seek(next, true);
            if (first < current().rows()) {
                end = seek(first + 1, false);
                next = end;
                return true;
            }
            selection++;
            next = 0;
        }
        return false;
    }

    /** Index of the run's selection. */
    int selection() {
        return selection;
    }

    Segment segment() {
        return current().segment();
    }

    /** First row of the run. */
    int first() {
        return first;
    }

    /** The row after the last one of the run. */
    int end() {
        return end;
    }

    private RowSelection current() {
        return selections.get(selection);
    }

    /** First row from a place on that is selected, or that is not; the row count when none is. */
    private int seek(int from, boolean selected) {
        RowSelection rows = current();
        for (int block = from >>> 6; block << 6 < rows.rows(); block++) {
            long word = selected ? rows.mask().word(block) : ~rows.mask().word(block);
            if (block == from >>> 6) {
                word &= -1L << from;
            }
            word &= RowMask.below(rows.rows(), block);
            if (word != 0) {
                return (block << 6) + Long.numberOfTrailingZeros(word);
            }
        }
        return rows.rows();
    }
}
