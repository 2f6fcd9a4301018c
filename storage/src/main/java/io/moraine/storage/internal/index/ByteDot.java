package io.moraine.storage.internal.index;

import java.lang.foreign.MemorySegment;

/**
 * Inner product of a query with rows of signed bytes: a quarter of the memory that rows of floats
 * take, for vectors that may be rounded. Rounding of the sum: at most {@code (dimension + 3) *
 * 2^-24} of the sum of the terms' magnitudes.
 *
 * <p>Stateless, safe for use by several threads.
 */
public sealed interface ByteDot permits ByteDotScalar, ByteDotSimd {

    /** The fastest kernel of this process. */
    static ByteDot fastest() {
        return Kernels.byteDot();
    }

    /**
     * Inner product with one row.
     *
     * @param query as many components as the row has
     * @param memory where the row lies, one byte a component, from -128 to 127
     * @param position byte position of the row's first component, any alignment
     */
    float product(float[] query, MemorySegment memory, long position);
}
