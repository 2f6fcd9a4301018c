package io.moraine.storage.internal.index.code;

import java.lang.foreign.MemorySegment;

/**
 * How a query is cut into tables of sums, such that adding up the entries that a row's code points
 * at gives {@code (<v, b> - offset) / step}, see {@link CodeQuery}. Which cut is the fastest to
 * look up depends on the processor; the codes are the same for all. Here are the plain loops;
 * kernels may do the same faster.
 *
 * <p>Stateless, safe for use by several threads.
 */
sealed interface CodeTables permits FieldTables, NibbleTables {

    /** Memory for the tables of a query, all zeros, for so many triplets of columns. */
    MemorySegment allocate(int triplets);

    /**
     * Fills the tables of a query from its rotated components.
     *
     * @return the step
     */
    float fill(CodeQuery query);

    /**
     * The sum of the entries of one row.
     *
     * @param codes where the row's group lies
     * @param lane byte position of the row's byte in the first column
     */
    int sum(MemorySegment codes, long lane, CodeQuery query);
}
