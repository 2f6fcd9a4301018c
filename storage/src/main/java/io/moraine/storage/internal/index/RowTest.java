package io.moraine.storage.internal.index;

/**
 * Whether a row that a {@link RowMask} lets through really takes part: a condition that is too
 * expensive to ask of every row. Scans ask it only of rows that would be kept. Safe for use by
 * several threads.
 */
@FunctionalInterface
public interface RowTest {

    /** Every row passes. */
    RowTest ALL = row -> true;

    /** Whether a row takes part. */
    boolean passes(int row);
}
