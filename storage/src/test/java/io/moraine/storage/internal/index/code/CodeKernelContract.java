package io.moraine.storage.internal.index.code;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.model.Distance;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every kernel over codes must do, whatever instructions it uses: the same bits and tables as
 * the plain loops, and bounds that differ from theirs by rounding only.
 */
abstract class CodeKernelContract {

    /** The kernel under test. */
    abstract CodeKernel kernel();

    private CodeKernel plain() {
        return new CodeKernelScalar(kernel().tables());
    }

    @Test
    void collectsTheSignsOfEveryDimension() {
        Random random = new Random(1);
        dimensions()
                .forEach(dimension -> {
                    float[] residual = gaussians(random, dimension + 16);
                    residual[dimension / 2] = random.nextBoolean() ? 0f : -0f;
                    byte[] bits = new byte[3 * CodeFormat.triplets(dimension)];
                    random.nextBytes(bits);
                    kernel().signs(residual, dimension, bits);
                    for (int i = 0; i < 8 * bits.length; i++) {
                        boolean set = (bits[i >> 3] >> (i & 7) & 1) != 0;
                        assertEquals(i < dimension && residual[i] >= 0, set);
                    }
                });
    }

    @Test
    void quantizesTheQueryAsThePlainLoopsDo() {
        Random random = new Random(2);
        dimensions()
                .forEach(dimension -> {
                    float[] query = gaussians(random, dimension);
                    CodeQuery expected = query(plain(), query);
                    CodeQuery actual = query(kernel(), query);
                    assertEquals(expected.step(), actual.step());
                    assertEquals(-1, expected.tables().mismatch(actual.tables()));
                });
    }

    @Test
    void boundsEveryRowAsThePlainLoopsDo() {
        Random random = new Random(3);
        dimensions().forEach(dimension -> checkBounds(random, dimension));
    }

    @Test
    void sumsTheSignedComponentsOfTheQuery() {
        Random random = new Random(4);
        dimensions().forEach(dimension -> checkAgainstSignedSums(random, dimension));
    }

    private void checkBounds(Random random, int dimension) {
        try (Arena arena = Arena.ofConfined()) {
            long groupBytes = CodeFormat.groupBytes(dimension);
            MemorySegment codes =
                    randomGroup(random, arena.allocate(64 + groupBytes, 64), dimension);
            float[] query = gaussians(random, dimension);
            float[] expected = new float[64];
            float[] actual = new float[64];
            CodeKernel plain = plain();
            CodeQuery plainQuery = query(plain, query);
            plain.bounds(codes, 64, plainQuery, 0.5f, Float.NEGATIVE_INFINITY, expected);
            float threshold = expected[random.nextInt(64)];
            CodeQuery codeQuery = query(kernel(), query);
            assertEquals(-1L, kernel().bounds(codes, 64, codeQuery, 0.5f, -1 / 0f, actual));
            float tolerance = 1e-5f * dimension;
            assertArrayEquals(expected, actual, tolerance);
            long wanted = kernel().bounds(codes, 64, codeQuery, 0.5f, threshold, actual);
            for (int row = 0; row < 64; row++) {
                assertEquals(actual[row] >= threshold, (wanted >>> row & 1) != 0);
            }
        }
    }

    private void checkAgainstSignedSums(Random random, int dimension) {
        CodeSpace space = CodeSpace.centeredAtOrigin(Distance.DOT, dimension, 9);
        CodeEncoder encoder = new CodeEncoder(space);
        float[] query = gaussians(random, dimension);
        CodeQuery codeQuery = query(kernel(), query);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment codes = arena.allocate(CodeFormat.groupBytes(dimension), 64);
            double[] signedSums = new double[64];
            for (int row = 0; row < 64; row++) {
                MemorySegment vector = MemorySegment.ofArray(gaussians(random, dimension));
                encoder.encode(vector, 0, codes, 0, row);
                float[] residual = encoder.rotate(vector, 0);
                for (int i = 0; i < dimension; i++) {
                    float component = codeQuery.rotated()[i];
                    signedSums[row] += residual[i] >= 0 ? component : -component;
                }
            }
            float[] bounds = new float[64];
            kernel().bounds(codes, 0, codeQuery, 0, Float.NEGATIVE_INFINITY, bounds);
            long scales = CodeFormat.scalesOffset(dimension);
            double tolerance = codeQuery.fields() * codeQuery.step() + 1e-4 * dimension;
            for (int row = 0; row < 64; row++) {
                float scale = codes.get(CodeFormat.FLOAT, scales + 4L * row);
                assertTrue(scale > 0);
                assertEquals(signedSums[row], bounds[row] / scale, tolerance);
            }
        }
    }

    private static CodeQuery query(CodeKernel kernel, float[] query) {
        CodeSpace space = CodeSpace.centeredAtOrigin(Distance.DOT, query.length, 9);
        CodeQuery codeQuery = new CodeQuery(space, kernel);
        codeQuery.set(query, 0);
        return codeQuery;
    }

    private static MemorySegment randomGroup(Random random, MemorySegment codes, int dimension) {
        for (long at = 0; at < codes.byteSize(); at += 8) {
            codes.set(ValueLayout.JAVA_LONG, at, random.nextLong());
        }
        long scales = 64 + CodeFormat.scalesOffset(dimension);
        for (int i = 0; i < 128; i++) {
            codes.set(CodeFormat.FLOAT, scales + 4L * i, random.nextFloat());
        }
        return codes;
    }

    private static float[] gaussians(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static IntStream dimensions() {
        return IntStream.concat(IntStream.rangeClosed(1, 130), IntStream.of(384, 768, 1536, 8192));
    }
}
