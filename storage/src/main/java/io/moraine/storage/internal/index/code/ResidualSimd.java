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

    /** See {@link Residual#scale}; several sums of each kind, so that none waits for itself. */
    static float scale(float[] residual, int dimension) {
        FloatVector squares0 = FloatVector.zero(FLOATS);
        FloatVector squares1 = squares0;
        FloatVector squares2 = squares0;
        FloatVector squares3 = squares0;
        FloatVector absolutes0 = squares0;
        FloatVector absolutes1 = squares0;
        FloatVector absolutes2 = squares0;
        FloatVector absolutes3 = squares0;
        int i = 0;
        for (; i <= dimension - 4 * LANES; i += 4 * LANES) {
            FloatVector rest0 = FloatVector.fromArray(FLOATS, residual, i);
            FloatVector rest1 = FloatVector.fromArray(FLOATS, residual, i + LANES);
            FloatVector rest2 = FloatVector.fromArray(FLOATS, residual, i + 2 * LANES);
            FloatVector rest3 = FloatVector.fromArray(FLOATS, residual, i + 3 * LANES);
            squares0 = rest0.fma(rest0, squares0);
            squares1 = rest1.fma(rest1, squares1);
            squares2 = rest2.fma(rest2, squares2);
            squares3 = rest3.fma(rest3, squares3);
            absolutes0 = absolutes0.add(rest0.abs());
            absolutes1 = absolutes1.add(rest1.abs());
            absolutes2 = absolutes2.add(rest2.abs());
            absolutes3 = absolutes3.add(rest3.abs());
        }
        float squares = inOrder(squares0.add(squares1).add(squares2.add(squares3)).toArray());
        float absolutes =
                inOrder(absolutes0.add(absolutes1).add(absolutes2.add(absolutes3)).toArray());
        for (; i < dimension; i++) {
            squares += residual[i] * residual[i];
            absolutes += Math.abs(residual[i]);
        }
        return absolutes > 0 ? squares / absolutes : 0;
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
