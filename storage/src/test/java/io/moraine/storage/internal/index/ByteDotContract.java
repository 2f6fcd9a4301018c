package io.moraine.storage.internal.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every inner product with bytes must do; the tolerance is {@link SimilarityContract}'s. */
abstract class ByteDotContract {

    private static final double UNIT_ROUNDOFF = 0x1p-24;

    private final Random random = new Random(44);

    /** The kernel under test. */
    abstract ByteDot kernel();

    @Test
    void isExactOnSmallIntegersInEveryDimension() {
        dimensions()
                .forEach(dimension -> {
                    byte[] row = bytes(dimension);
                    float[] query = Rows.integers(random, dimension);
                    assertEquals(
                            (float) sum(query, row, false),
                            product(query, row),
                            () -> "" + dimension);
                });
    }

    @Test
    void staysWithinTheRoundingOfFloatSumsInEveryDimension() {
        dimensions()
                .forEach(dimension -> {
                    byte[] row = bytes(dimension);
                    float[] query = Rows.gaussians(random, dimension);
                    double relative = (dimension + 3) * UNIT_ROUNDOFF;
                    double tolerance = relative / (1 - relative) * sum(query, row, true);
                    double off = product(query, row) - sum(query, row, false);
                    assertTrue(Math.abs(off) <= tolerance, () -> dimension + ": " + off);
                });
    }

    @Test
    void takesTheLeastAndTheGreatestByte() {
        byte[] row = {-128, 127, -127, -1, 0};
        float[] query = {1, 1, 1, 1, 1};
        assertEquals(-129, product(query, row));
    }

    private float product(float[] query, byte[] row) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(row.length + 3L);
            MemorySegment.copy(MemorySegment.ofArray(row), 0, memory, 3, row.length);
            return kernel().product(query, memory, 3);
        }
    }

    private static double sum(float[] query, byte[] row, boolean magnitudes) {
        double sum = 0;
        for (int i = 0; i < query.length; i++) {
            double term = (double) query[i] * row[i];
            sum += magnitudes ? Math.abs(term) : term;
        }
        return sum;
    }

    private byte[] bytes(int dimension) {
        byte[] row = new byte[dimension];
        random.nextBytes(row);
        return row;
    }

    private static IntStream dimensions() {
        return IntStream.concat(IntStream.rangeClosed(1, 130), IntStream.of(384, 768, 1536));
    }
}
