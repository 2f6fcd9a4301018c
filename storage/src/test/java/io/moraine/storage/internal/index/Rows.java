package io.moraine.storage.internal.index;

import java.util.Random;

/** Rows made for tests. */
final class Rows {

    private Rows() {}

    /** Components from a normal distribution. */
    static float[] gaussians(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Several rows of {@link #gaussians(Random, int)}. */
    static float[][] gaussians(Random random, int rows, int dimension) {
        float[][] values = new float[rows][];
        for (int row = 0; row < rows; row++) {
            values[row] = gaussians(random, dimension);
        }
        return values;
    }

    /** Whole numbers from -8 to 8, on which float sums are exact. */
    static float[] integers(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(-8, 9);
        }
        return values;
    }

    /** Sum of squares in double precision. */
    static double squaredLength(float[] vector) {
        double sum = 0;
        for (float component : vector) {
            sum += (double) component * component;
        }
        return sum;
    }
}
