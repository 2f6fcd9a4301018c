package io.moraine.storage.internal.index.code;

import io.moraine.storage.internal.index.Kernels;

/**
 * A random orthogonal map, the same for the same dimension and seed on every machine, that costs
 * about {@code 4 d log d} additions.
 *
 * <p>Each of four rounds flips random signs, applies a Walsh-Hadamard transform to as many
 * components as the largest power of two allows, the first ones in even rounds and the last ones in
 * odd rounds, and mixes the two halves of the vector in pairs. Signs and transforms in alternation
 * are the fast Johnson-Lindenstrauss construction (Ailon and Chazelle, STOC 2006); windows and
 * pairs carry it to dimensions that are no power of two without padding. Every step keeps lengths:
 * what a transform makes longer, the signs before it make shorter.
 *
 * <p>Immutable, safe for use by several threads.
 */
public final class Rotation {

    private static final int ROUNDS = 4;

    private final int dimension;
    private final int window;
    private final float[][] factors;

    /**
     * @param dimension number of components, at least 1
     * @param seed chooses the rotation
     */
    public Rotation(int dimension, long seed) {
        this.dimension = dimension;
        this.window = Integer.highestOneBit(dimension);
        this.factors = new float[ROUNDS][dimension];
        float scale = (float) (1 / Math.sqrt(window));
        long state = seed;
        for (int round = 0; round < ROUNDS; round++) {
            int from = from(round);
            for (int i = 0; i < dimension; i++) {
                state += 0x9e3779b97f4a7c15L;
                float length = i >= from && i < from + window ? scale : 1;
                factors[round][i] = mixed(state) < 0 ? -length : length;
            }
        }
    }

    /** Number of components. */
    public int dimension() {
        return dimension;
    }

    /** Rotates the first {@link #dimension} components in place. */
    public void rotate(float[] vector) {
        // A transform of all components already pairs the halves; pairing them again would undo it.
        boolean windowed = window < dimension;
        for (int round = 0; round < ROUNDS; round++) {
            if (Kernels.simd()) {
                HadamardSimd.multiplyAndTransform(vector, factors[round], from(round), window);
                if (windowed) {
                    HadamardSimd.mixHalves(vector, dimension);
                }
            } else {
                Hadamard.multiply(vector, factors[round]);
                Hadamard.transform(vector, from(round), window);
                if (windowed) {
                    Hadamard.mixHalves(vector, dimension);
                }
            }
        }
    }

    /** Where the window of a round begins. */
    private int from(int round) {
        return (round & 1) == 0 ? 0 : dimension - window;
    }

    /** The output function of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
    private static long mixed(long state) {
        long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
