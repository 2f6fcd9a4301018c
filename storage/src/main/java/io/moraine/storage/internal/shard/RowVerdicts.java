package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.RowTest;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What is known of which rows of a sealed segment pass a filter. A sealed row's payload never
 * changes, so a verdict stands; it is found when it is needed and remembered.
 *
 * <p>Safe for use by several threads: two that decide the same row come to the same.
 */
final class RowVerdicts {

    private final int rows;
    private final AtomicLongArray known;
    private final AtomicLongArray passing;
    private volatile double sampledShare;

    /**
     * @param rows number of rows of the segment
     */
    RowVerdicts(int rows) {
        this.rows = rows;
        this.known = new AtomicLongArray(RowMask.blocks(rows));
        this.passing = new AtomicLongArray(RowMask.blocks(rows));
    }

    /** The rows that pass as far as is known, and those of which nothing is known. */
    RowMask maybe() {
        return block -> block < known.length() ? passing.get(block) | ~known.get(block) : 0;
    }

    /** Whether a row passes; {@code test} is asked if that is not known yet. */
    boolean passes(int row, RowTest test) {
        int block = row >>> 6;
        long bit = 1L << row;
        if ((known.get(block) & bit) == 0) {
            decide(block, bit, test.passes(row));
        }
        return (passing.get(block) & bit) != 0;
    }

    /**
     * Share of the rows that pass, from a sample that is evenly spread; never 0. Rows that searches
     * asked for do not count: they were chosen because they might pass.
     *
     * @param count size of the sample
     */
    double share(int count, RowTest test) {
        double known = sampledShare;
        if (known == 0) {
            int step = Math.max(1, rows / count);
            int looked = 0;
            int passed = 0;
            for (long row = step / 2; row < rows; row += step) {
                looked++;
                passed += passes((int) row, test) ? 1 : 0;
            }
            known = (passed + 1.0) / (looked + 1.0);
            sampledShare = known;
        }
        return known;
    }

    /** The passing bit comes first: whoever sees a row as known sees its verdict. */
    private void decide(int block, long bit, boolean passes) {
        if (passes) {
            passing.getAndUpdate(block, word -> word | bit);
        }
        known.getAndUpdate(block, word -> word | bit);
    }
}
