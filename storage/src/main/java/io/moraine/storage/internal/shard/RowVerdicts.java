package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.RowTest;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final AtomicInteger knownRows = new AtomicInteger();
    private final AtomicInteger passingRows = new AtomicInteger();

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

    /** Number of rows of which it is known. */
    int knownRows() {
        return knownRows.get();
    }

    /** Share of the rows that pass, as far as is known; never 0. */
    double share() {
        return (passingRows.get() + 1.0) / (knownRows.get() + 1.0);
    }

    /** Decides so many rows, evenly spread. */
    void sample(int count, RowTest test) {
        int step = Math.max(1, rows / count);
        for (long row = step / 2; row < rows; row += step) {
            passes((int) row, test);
        }
    }

    /** The passing bit comes first: whoever sees a row as known sees its verdict. */
    private void decide(int block, long bit, boolean passes) {
        if (passes) {
            passing.getAndUpdate(block, word -> word | bit);
        }
        long before = known.getAndUpdate(block, word -> word | bit);
        if ((before & bit) == 0) {
            knownRows.incrementAndGet();
            passingRows.addAndGet(passes ? 1 : 0);
        }
    }
}
