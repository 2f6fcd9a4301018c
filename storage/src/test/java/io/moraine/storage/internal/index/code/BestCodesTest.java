package io.moraine.storage.internal.index.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.model.Distance;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BestCodesTest {

    private static final int DIMENSION = 96;

    private final Random random = new Random(7);
    private final CodeSpace space = CodeSpace.centeredAtOrigin(Distance.DOT, DIMENSION, 1);
    private final CodeKernel kernel = CodeKernel.fastest();
    private final CodeQuery query = new CodeQuery(space, kernel);
    private final BestCodes best = new BestCodes(kernel);
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void findsTheRowsWithTheHighestEstimates() {
        for (int rows : new int[] {1, 63, 64, 65, 300, 1000}) {
            MemorySegment codes = codes(rows, row -> 0);
            query.setRotated(vector(), 3);
            float[] estimates = estimates(codes, rows);
            for (int count : new int[] {1, 8, 50, rows / 2 + 1, rows, rows + 5}) {
                check(codes, rows, estimates, count);
            }
        }
    }

    /** The first groups then say that few rows are high, or many. */
    @Test
    void findsThemWhenTheFirstGroupsAreUnlikeTheOthers() {
        int rows = 640;
        for (float slope : new float[] {-0.1f, 0.1f}) {
            MemorySegment codes = codes(rows, row -> slope * row);
            query.setRotated(vector(), 0);
            float[] estimates = estimates(codes, rows);
            for (int count : new int[] {1, 16, 400}) {
                check(codes, rows, estimates, count);
            }
        }
    }

    @Test
    void findsAsManyAsAreWantedWhenAllAreEqual() {
        MemorySegment codes = arena.allocate(CodeFormat.groupBytes(DIMENSION) * 8);
        query.setRotated(vector(), 0);
        assertEquals(20, best.find(query, codes, 0, 512, 20).size());
    }

    private void check(MemorySegment codes, int rows, float[] estimates, int count) {
        Candidates found = best.find(query, codes, 0, rows, count);
        assertEquals(Math.min(rows, count), found.size());
        float[] expected = estimates.clone();
        Arrays.sort(expected);
        float[] actual = new float[found.size()];
        boolean[] seen = new boolean[rows];
        for (int i = 0; i < actual.length; i++) {
            assertTrue(!seen[found.row(i)]);
            seen[found.row(i)] = true;
            actual[i] = found.upper(i);
            assertEquals(estimates[found.row(i)], actual[i]);
        }
        Arrays.sort(actual);
        for (int i = 1; i <= actual.length; i++) {
            assertEquals(expected[rows - i], actual[actual.length - i], rows + " " + count);
        }
    }

    private float[] estimates(MemorySegment codes, int rows) {
        query.leave(0);
        float[] estimates = new float[rows];
        float[] bounds = new float[CodeFormat.GROUP_ROWS];
        for (int row = 0; row < rows; row++) {
            long group = row / CodeFormat.GROUP_ROWS * CodeFormat.groupBytes(DIMENSION);
            kernel.bounds(codes, group, query, 0, Float.NEGATIVE_INFINITY, bounds);
            estimates[row] = bounds[row % CodeFormat.GROUP_ROWS];
        }
        return estimates;
    }

    private interface Bias {
        float of(int row);
    }

    private MemorySegment codes(int rows, Bias bias) {
        CodeEncoder encoder = new CodeEncoder(space);
        long groupBytes = CodeFormat.groupBytes(DIMENSION);
        MemorySegment codes = arena.allocate(groupBytes * CodeFormat.groups(rows));
        for (int row = 0; row < rows; row++) {
            long group = row / CodeFormat.GROUP_ROWS * groupBytes;
            int place = row % CodeFormat.GROUP_ROWS;
            encoder.writeResidual(vector(), bias.of(row), codes, group, place);
        }
        return codes;
    }

    private float[] vector() {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }
}
