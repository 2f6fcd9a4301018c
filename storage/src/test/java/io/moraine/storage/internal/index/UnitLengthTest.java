package io.moraine.storage.internal.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnitLengthTest {

    @ParameterizedTest
    @ValueSource(floats = {1e-37f, 1e-30f, 1e-3f, 1, 1e10f, 1e37f})
    void bringsVectorsOfAnyMagnitudeToUnitLength(float scale) {
        Random random = new Random(3);
        for (int dimension = 1; dimension <= 130; dimension++) {
            float[] vector = new float[dimension];
            for (int i = 0; i < dimension; i++) {
                vector[i] = random.nextInt(1, 9) * scale;
            }
            assertTrue(normalize(vector));
            assertEquals(1, Rows.squaredLength(vector), 1e-6);
        }
    }

    @Test
    void normalizesTheSmallestFloats() {
        float[] vector = new float[384];
        Arrays.fill(vector, Float.MIN_VALUE);
        assertTrue(normalize(vector));
        assertEquals(1, Rows.squaredLength(vector), 1e-6);
    }

    @Test
    void leavesVectorsOfUnitLengthUntouched() {
        Random random = new Random(4);
        for (int round = 0; round < 1000; round++) {
            float[] vector = Rows.gaussians(random, random.nextInt(1, 1000));
            assertTrue(normalize(vector));
            float[] once = vector.clone();
            assertTrue(normalize(vector));
            assertArrayEquals(once, vector);
        }
    }

    @Test
    void refusesZeroAndNotFiniteVectorsAndChangesNothing() {
        for (int dimension : new int[] {1, 7, 16, 33, 100}) {
            assertFalse(normalize(new float[dimension]));
            for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1f / 0}) {
                for (int at = 0; at < dimension; at++) {
                    checkRefused(dimension, bad, at);
                }
            }
        }
    }

    @Test
    void takesTheLargestFloatsForFinite() {
        float[] vector = new float[8192];
        Arrays.fill(vector, Float.MAX_VALUE);
        assertTrue(UnitLength.isFinite(MemorySegment.ofArray(vector), 0, vector.length));
        assertTrue(normalize(vector));
        assertEquals(1, Rows.squaredLength(vector), 1e-6);
    }

    @Test
    void agreesWithThePlainLoops() {
        Random random = new Random(6);
        for (int dimension = 1; dimension <= 130; dimension++) {
            float[] vector = Rows.gaussians(random, dimension);
            MemorySegment memory = MemorySegment.ofArray(vector);
            double plain = UnitLengthScalar.squaredLength(memory, 0, dimension);
            double lanes = UnitLengthSimd.squaredLength(memory, 0, dimension);
            assertEquals(plain, lanes, plain * 1e-14);
            float[] other = vector.clone();
            UnitLengthScalar.scale(memory, 0, dimension, 0.3);
            UnitLengthSimd.scale(MemorySegment.ofArray(other), 0, dimension, 0.3);
            assertArrayEquals(vector, other);
        }
    }

    private static void checkRefused(int dimension, float bad, int at) {
        float[] vector = new float[dimension];
        Arrays.fill(vector, 2);
        vector[at] = bad;
        float[] before = vector.clone();
        MemorySegment memory = MemorySegment.ofArray(vector);
        assertFalse(normalize(vector));
        assertFalse(UnitLength.isFinite(memory, 0, dimension));
        assertEquals(at, UnitLength.firstNotFinite(memory, 0, dimension));
        assertArrayEquals(before, vector);
    }

    private static boolean normalize(float[] vector) {
        return UnitLength.normalize(MemorySegment.ofArray(vector), 0, vector.length);
    }
}
