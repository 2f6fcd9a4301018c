package io.moraine.storage.internal.index.code;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SelectionTest {

    @Test
    void findsTheValueOfEveryRank() {
        Random random = new Random(1);
        for (int size = 1; size < 60; size++) {
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
                values[i] = random.nextInt(20) == 0 ? Float.NaN : random.nextInt(size);
            }
            float[] sorted = values.clone();
            Arrays.sort(sorted);
            for (int k = 1; k <= size; k++) {
                assertEquals(sorted[size - k], Selection.highest(values.clone(), size, k));
            }
        }
    }

    @Test
    void takesTheHighestCandidatesAndLeavesTheRest() {
        Random random = new Random(2);
        int[] taken = new int[16];
        for (int round = 0; round < 200; round++) {
            Candidates candidates = new Candidates();
            int size = random.nextInt(1, 100);
            candidates.reset(size);
            float[] uppers = new float[size];
            for (int row = 0; row < size; row++) {
                uppers[row] = random.nextInt(30);
                candidates.add(uppers[row], 0, row);
            }
            int count = candidates.takeHighest(16, taken);
            assertEquals(Math.min(16, size), count);
            assertEquals(size - count, candidates.size());
            float least = Float.MAX_VALUE;
            for (int i = 0; i < count; i++) {
                least = Math.min(least, uppers[taken[i]]);
            }
            for (int i = 0; i < candidates.size(); i++) {
                assertEquals(uppers[candidates.row(i)], candidates.upper(i));
                assertEquals(true, candidates.upper(i) <= least);
            }
        }
    }
}
