package io.moraine.storage.internal.index;

import io.moraine.storage.model.SearchStoppedException;
import java.util.function.BooleanSupplier;

/**
 * The rows of one segment as one search looks at them.
 *
 * @param values the rows
 * @param mask which of them may take part
 * @param test which of those really do
 * @param segment index of the segment in its snapshot, for the rows offered
 * @param stopped whether the answer is not wanted any more
 */
public record SearchRows(
        VectorValues values, RowMask mask, RowTest test, int segment, BooleanSupplier stopped) {

    /** Blocks of rows that a scan looks at between two questions whether to stop. */
    public static final int STOP_CHECK_BLOCKS = 1 << 6;

    /** Rows that a mask alone decides on, for a search that nobody stops. */
    public static SearchRows of(VectorValues values, RowMask mask, int segment) {
        return new SearchRows(values, mask, RowTest.ALL, segment, () -> false);
    }

    /** Whether the mask lets a row through and it passes the test. */
    public boolean takesPart(int row) {
        return mask.has(row) && test.passes(row);
    }

    /**
     * Gives the search up if it is to be.
     *
     * @throws SearchStoppedException if the answer is not wanted any more
     */
    public void checkStopped() {
        if (stopped.getAsBoolean()) {
            throw new SearchStoppedException();
        }
    }
}
