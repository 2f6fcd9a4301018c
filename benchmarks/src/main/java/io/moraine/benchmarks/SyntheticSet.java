package io.moraine.benchmarks;

import java.util.SplittableRandom;

/**
 * Vectors for questions of scale, not of recall: each lies around one of some thousand centers, its
 * distance from it for the most part in few directions that all share. Any of them can be made by
 * itself, the same every time.
 */
final class SyntheticSet {

    private static final int CENTERS = 4096;
    private static final int DIRECTIONS = 24;
    private static final float SPREAD = 0.35f;
    private static final float NOISE = 0.02f;

    private final int dimension;
    private final float[][] directions;

    SyntheticSet(int dimension) {
        this.dimension = dimension;
        this.directions = new float[DIRECTIONS][];
        for (int i = 0; i < DIRECTIONS; i++) {
            directions[i] = unitVector(-1 - i);
        }
    }

    /** A vector of unit length; number -1 and below for others than the rows. */
    float[] vector(long number) {
        SplittableRandom random = new SplittableRandom(number * 0x9e3779b97f4a7c15L + 1);
        float[] vector = unitVector(1_000_000_007L + random.nextInt(CENTERS));
        for (float[] direction : directions) {
            float along = SPREAD * (float) random.nextGaussian();
            for (int i = 0; i < dimension; i++) {
                vector[i] += along * direction[i];
            }
        }
        for (int i = 0; i < dimension; i++) {
            vector[i] += NOISE * (2 * random.nextFloat() - 1);
        }
        normalize(vector);
        return vector;
    }

    private float[] unitVector(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = random.nextFloat() + random.nextFloat() - 1;
        }
        normalize(vector);
        return vector;
    }

    private static void normalize(float[] vector) {
        double squared = 0;
        for (float component : vector) {
            squared += (double) component * component;
        }
        float scale = (float) (1 / Math.sqrt(squared));
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= scale;
        }
    }
}
