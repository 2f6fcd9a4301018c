package io.moraine.storage.internal.index.code;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Sums over a rotated row in vector lanes: a sum in one variable waits for every addition. */
final class ResidualSimd {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();

    private ResidualSimd() {}

    /** See {@link Residual#subtract}. */
    static float subtract(float[] row, float[] center, int dimension, boolean squares) {
        FloatVector sums = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i <= dimension - LANES; i += LANES) {
            FloatVector centers = FloatVector.fromArray(FLOATS, center, i);
            FloatVector rest = FloatVector.fromArray(FLOATS, row, i).sub(centers);
            rest.intoArray(row, i);
            sums = rest.fma(squares ? rest : centers, sums);
        }
        float sum = inOrder(sums.toArray());
        return sum + Residual.subtractFrom(i, row, center, dimension, squares);
    }

    /** See {@link Residual#squares}. */
    static float squares(float[] residual, int dimension) {
        FloatVector sums = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i <= dimension - LANES; i += LANES) {
            FloatVector rest = FloatVector.fromArray(FLOATS, residual, i);
            sums = rest.fma(rest, sums);
        }
        float sum = inOrder(sums.toArray());
        for (; i < dimension; i++) {
            sum += residual[i] * residual[i];
        }
        return sum;
    }

    /** See {@link Residual#absolutes}. */
    static float absolutes(float[] residual, int dimension) {
        FloatVector sums = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i <= dimension - LANES; i += LANES) {
            sums = sums.add(FloatVector.fromArray(FLOATS, residual, i).abs());
        }
        float sum = inOrder(sums.toArray());
        for (; i < dimension; i++) {
            sum += Math.abs(residual[i]);
        }
        return sum;
    }

    /** A reduction of lanes may add in any order, and in another one once it is compiled. */
    private static float inOrder(float[] lanes) {
        float sum = 0;
        for (float lane : lanes) {
            sum += lane;
        }
        return sum;
    }
}
