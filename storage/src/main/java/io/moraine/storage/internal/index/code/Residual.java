package io.moraine.storage.internal.index.code;

import io.moraine.storage.internal.index.Kernels;

/** What is left of a rotated row when its center is taken from it. */
final class Residual {

    private Residual() {}

    /**
     * Takes the center from a row, in place.
     *
     * @param squares what to add up: the residual's squares, or its product with the center
     * @return the sum
     */
    static float subtract(float[] row, float[] center, int dimension, boolean squares) {
        return Kernels.simd()
                ? ResidualSimd.subtract(row, center, dimension, squares)
                : subtractFrom(0, row, center, dimension, squares);
    }

    /** The same for the components from one on. */
    static float subtractFrom(
            int from, float[] row, float[] center, int dimension, boolean squares) {
        double sum = 0;
        for (int i = from; i < dimension; i++) {
            float rest = row[i] - center[i];
            row[i] = rest;
            sum += (double) rest * (squares ? rest : center[i]);
        }
        return (float) sum;
    }

    /** {@code |r|^2} of a residual {@code r}. */
    static float squares(float[] residual, int dimension) {
        return Kernels.simd()
                ? ResidualSimd.squares(residual, dimension)
                : squaresInOrder(residual, dimension);
    }

    /** {@code |r|_1} of a residual {@code r}. */
    static float absolutes(float[] residual, int dimension) {
        return Kernels.simd()
                ? ResidualSimd.absolutes(residual, dimension)
                : absolutesInOrder(residual, dimension);
    }

    /** {@code |r|^2 / |r|_1} of a residual {@code r}; 0 if it is nothing. */
    static float scale(float[] residual, int dimension) {
        if (Kernels.simd()) {
            return ResidualSimd.scale(residual, dimension);
        }
        float absolutes = absolutesInOrder(residual, dimension);
        return absolutes > 0 ? squaresInOrder(residual, dimension) / absolutes : 0;
    }

    static float squaresInOrder(float[] residual, int dimension) {
        double squares = 0;
        for (int i = 0; i < dimension; i++) {
            squares += (double) residual[i] * residual[i];
        }
        return (float) squares;
    }

    static float absolutesInOrder(float[] residual, int dimension) {
        double absolutes = 0;
        for (int i = 0; i < dimension; i++) {
            absolutes += Math.abs(residual[i]);
        }
        return (float) absolutes;
    }
}
