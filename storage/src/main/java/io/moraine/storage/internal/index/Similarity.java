package io.moraine.storage.internal.index;

import io.moraine.storage.model.Distance;
import java.lang.foreign.MemorySegment;

/**
 * Compares a query with rows of 32-bit little-endian floats; higher scores are nearer.
 *
 * <p>A row gets the same score whichever method computes it. Under {@link Distance#COSINE} rows
 * have unit length and the query is brought to it by {@link #prepare}, so cosine is the dot
 * product. Rounding: at most {@code (dimension + 3) * 2^-24} of the sum of the terms' magnitudes.
 *
 * <p>Stateless, safe for use by several threads.
 */
public sealed interface Similarity
        permits DotScalar, DotSimd, EuclidScalar, EuclidSimd, ManhattanScalar, ManhattanSimd {

    /** The fastest kernel of this process for a distance. */
    static Similarity of(Distance distance) {
        return Kernels.similarity(distance);
    }

    /**
     * The query as the kernels want it, never the given array: of unit length under cosine (a zero
     * vector stays zero and scores 0 everywhere), a plain copy otherwise.
     */
    static float[] prepare(Distance distance, float[] query) {
        float[] prepared = query.clone();
        if (distance == Distance.COSINE) {
            UnitLength.normalize(prepared);
        }
        return prepared;
    }

    /**
     * Score of one row.
     *
     * @param query as many components as the row has
     * @param memory where the row lies
     * @param position byte position of the row's first component
     */
    float score(float[] query, MemorySegment memory, long position);

    /**
     * Scores of up to 64 rows that lie back to back.
     *
     * @param position byte position of row 0
     * @param rows bit {@code i} asks for row {@code i}
     * @param scores receives the score of row {@code i} in place {@code i}; others keep theirs
     */
    void scoreBlock(float[] query, MemorySegment memory, long position, long rows, float[] scores);
}
