package io.moraine.storage.internal.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.model.Distance;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every kernel of a distance must do, whatever instructions it uses.
 *
 * <p>Tolerance: a sum of n products in 32-bit floats is off by at most {@code n u / (1 - n u)}
 * times the sum of the products' magnitudes, in any order, {@code u = 2^-24} (Higham, Accuracy and
 * Stability of Numerical Algorithms, section 3.1); a difference adds one rounding, a square root
 * one more and halves the rest.
 */
abstract class SimilarityContract {

    private static final double UNIT_ROUNDOFF = 0x1p-24;

    /** The kernel under test. */
    abstract Similarity similarity(Distance distance);

    @ParameterizedTest
    @EnumSource(Distance.class)
    void staysWithinTheRoundingOfFloatSumsInEveryDimension(Distance distance) {
        Random random = new Random(41);
        dimensions().forEach(dimension -> checkRounding(distance, dimension, random));
    }

    @ParameterizedTest
    @EnumSource(Distance.class)
    void isExactOnSmallIntegersInEveryDimension(Distance distance) {
        Random random = new Random(42);
        dimensions().forEach(dimension -> checkIntegers(distance, dimension, random));
    }

    @ParameterizedTest
    @EnumSource(Distance.class)
    void scoresABlockAsItScoresSingleRows(Distance distance) {
        Random random = new Random(43);
        int dimension = 37;
        float[] query = Rows.gaussians(random, dimension);
        float[] rows = Rows.gaussians(random, 64 * dimension);
        long wanted = random.nextLong();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4L * rows.length + 3);
            MemorySegment.copy(MemorySegment.ofArray(rows), 0, memory, 3, 4L * rows.length);
            float[] scores = new float[64];
            Arrays.fill(scores, 7);
            similarity(distance).scoreBlock(query, memory, 3, wanted, scores);
            float[] single = new float[64];
            for (int row = 0; row < 64; row++) {
                boolean asked = (wanted >>> row & 1) != 0;
                long position = 3 + 4L * dimension * row;
                single[row] = asked ? similarity(distance).score(query, memory, position) : 7;
            }
            assertArrayEquals(single, scores);
        }
    }

    private void checkIntegers(Distance distance, int dimension, Random random) {
        float[] query = Rows.integers(random, dimension);
        float[] row = Rows.integers(random, dimension);
        try (Arena arena = Arena.ofConfined()) {
            float score = similarity(distance).score(query, copy(arena, row), 0);
            assertEquals((float) score(distance, query, row), score, "dimension " + dimension);
        }
    }

    private void checkRounding(Distance distance, int dimension, Random random) {
        float[] query = Rows.gaussians(random, dimension);
        float[] row = Rows.gaussians(random, dimension);
        try (Arena arena = Arena.ofConfined()) {
            float score = similarity(distance).score(query, copy(arena, row), 0);
            double expected = score(distance, query, row);
            double magnitude =
                    switch (distance) {
                        case COSINE, DOT -> sumOfMagnitudes(query, row);
                        case EUCLID, MANHATTAN -> -expected;
                    };
            double relative = (dimension + 3) * UNIT_ROUNDOFF;
            double tolerance = relative / (1 - relative) * magnitude;
            assertTrue(
                    Math.abs(score - expected) <= tolerance,
                    () -> distance + " " + dimension + ": " + score + " is not " + expected);
        }
    }

    private static IntStream dimensions() {
        return IntStream.concat(IntStream.rangeClosed(1, 130), IntStream.of(384, 768, 1536));
    }

    private static double score(Distance distance, float[] query, float[] row) {
        double sum = 0;
        for (int i = 0; i < query.length; i++) {
            double difference = (double) query[i] - row[i];
            sum +=
                    switch (distance) {
                        case COSINE, DOT -> (double) query[i] * row[i];
                        case EUCLID -> difference * difference;
                        case MANHATTAN -> Math.abs(difference);
                    };
        }
        return switch (distance) {
            case COSINE, DOT -> sum;
            case EUCLID -> -Math.sqrt(sum);
            case MANHATTAN -> -sum;
        };
    }

    private static double sumOfMagnitudes(float[] query, float[] row) {
        double sum = 0;
        for (int i = 0; i < query.length; i++) {
            sum += Math.abs((double) query[i] * row[i]);
        }
        return sum;
    }

    private static MemorySegment copy(Arena arena, float[] row) {
        MemorySegment memory = arena.allocate(4L * row.length);
        return memory.copyFrom(MemorySegment.ofArray(row));
    }
}
