package io.moraine.storage.internal.index.code;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RotationTest {

    @Test
    void keepsInnerProductsInEveryDimension() {
        Random random = new Random(1);
        dimensions()
                .forEach(dimension -> {
                    Rotation rotation = new Rotation(dimension, 77);
                    float[] a = gaussians(random, dimension);
                    float[] b = gaussians(random, dimension);
                    double before = dot(a, b);
                    double scale = Math.sqrt(dot(a, a) * dot(b, b));
                    rotation.rotate(a);
                    rotation.rotate(b);
                    assertEquals(before, dot(a, b), 1e-5 * scale);
                });
    }

    @Test
    void isTheSameForTheSameSeedOnly() {
        float[] a = gaussians(new Random(2), 100);
        float[] same = a.clone();
        float[] other = a.clone();
        new Rotation(100, 1).rotate(a);
        new Rotation(100, 1).rotate(same);
        new Rotation(100, 2).rotate(other);
        assertArrayEquals(a, same);
        assertTrue(dot(a, other) < 0.9 * dot(a, a));
    }

    /** The signs of a rotated vector describe it well only if no component stands out. */
    @Test
    void spreadsASingleComponentOverAllOfThem() {
        for (int dimension : new int[] {64, 65, 100, 127, 128, 129, 384, 511, 768, 1000, 1536}) {
            Rotation rotation = new Rotation(dimension, 5);
            double worst = 1;
            for (int axis = 0; axis < dimension; axis += 7) {
                float[] vector = new float[dimension];
                vector[axis] = 1;
                rotation.rotate(vector);
                double absolute = 0;
                for (float component : vector) {
                    absolute += Math.abs(component);
                }
                worst = Math.min(worst, absolute / Math.sqrt(dimension));
            }
            assertTrue(worst > 0.65, "dimension " + dimension + ": " + worst);
        }
    }

    @Test
    void computesTheSameInLanesAsInPlainLoops() {
        Random random = new Random(3);
        for (int window = 1; window <= 1024; window *= 2) {
            float[] plain = gaussians(random, window + 5);
            float[] lanes = plain.clone();
            float[] factors = gaussians(random, window + 5);
            Hadamard.multiply(plain, factors);
            Hadamard.transform(plain, 3, window);
            HadamardSimd.multiplyAndTransform(lanes, factors, 3, window);
            assertArrayEquals(plain, lanes);
            Hadamard.mixHalves(plain, window + 5);
            HadamardSimd.mixHalves(lanes, window + 5);
            assertArrayEquals(plain, lanes);
        }
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static float[] gaussians(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static IntStream dimensions() {
        return IntStream.concat(IntStream.rangeClosed(1, 130), IntStream.of(384, 768, 1536));
    }
}
