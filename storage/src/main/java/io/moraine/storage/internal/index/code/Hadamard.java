package io.moraine.storage.internal.index.code;

/** The steps of a {@link Rotation} in plain loops. */
final class Hadamard {

    static final float SQRT_HALF = (float) Math.sqrt(0.5);

    private Hadamard() {}

    /** Multiplies components by factors. */
    static void multiply(float[] vector, float[] factors) {
        for (int i = 0; i < factors.length; i++) {
            vector[i] *= factors[i];
        }
    }

    /**
     * The Walsh-Hadamard transform of a window, in natural order; it makes vectors {@code
     * sqrt(window)} times as long.
     *
     * @param window its length, a power of two
     */
    static void transform(float[] vector, int from, int window) {
        for (int half = 1; half < window; half <<= 1) {
            stage(vector, from, window, half);
        }
    }

    /** One stage: sums and differences of components that lie {@code half} apart. */
    static void stage(float[] vector, int from, int window, int half) {
        for (int block = from; block < from + window; block += 2 * half) {
            for (int i = block; i < block + half; i++) {
                float low = vector[i];
                float high = vector[i + half];
                vector[i] = low + high;
                vector[i + half] = low - high;
            }
        }
    }

    /**
     * Turns each pair of a component of the first half and its partner of the last half by 45
     * degrees; of an odd number the middle one stays.
     */
    static void mixHalves(float[] vector, int dimension) {
        mixPairs(vector, dimension, 0);
    }

    /** The pairs from a component on. */
    static void mixPairs(float[] vector, int dimension, int from) {
        int pairs = dimension / 2;
        int partner = dimension - pairs;
        for (int i = from; i < pairs; i++) {
            float low = vector[i];
            float high = vector[i + partner];
            vector[i] = (low + high) * SQRT_HALF;
            vector[i + partner] = (low - high) * SQRT_HALF;
        }
    }
}
