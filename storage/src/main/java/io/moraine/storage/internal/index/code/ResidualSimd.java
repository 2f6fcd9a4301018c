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

    /** See {@link Residual#scale}. */
    static float scale(float[] residual, int dimension) {
        FloatVector squares = FloatVector.zero(FLOATS);
        FloatVector absolutes = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i <= dimension - LANES; i += LANES) {
            FloatVector rest = FloatVector.fromArray(FLOATS, residual, i);
            squares = rest.fma(rest, squares);
            absolutes = absolutes.add(rest.abs());
        }
        float squared = inOrder(squares.toArray());
        float absolute = inOrder(absolutes.toArray());
        for (; i < dimension; i++) {
            squared += residual[i] * residual[i];
            absolute += Math.abs(residual[i]);
        }
        return absolute > 0 ? squared / absolute : 0;
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
