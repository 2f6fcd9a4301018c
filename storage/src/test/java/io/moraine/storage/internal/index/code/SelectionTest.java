package io.moraine.storage.internal.index.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    void findsInfiniteValuesAndZerosOfEitherSign() {
        float infinite = Float.POSITIVE_INFINITY;
        float[] values = {infinite, -infinite, infinite, 0, -0f, 0, Float.MIN_VALUE, infinite};
        float[] sorted = values.clone();
        Arrays.sort(sorted);
        for (int k = 1; k <= values.length; k++) {
            float found = Selection.highest(values.clone(), values.length, k);
            assertTrue(found == sorted[values.length - k], k + ": " + found);
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

    @Test
    void keepsTheHighestCandidates() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            Candidates candidates = new Candidates();
            int size = random.nextInt(1, 100);
            int count = random.nextInt(1, 100);
            candidates.reset(size);
            float[] uppers = new float[size];
            for (int row = 0; row < size; row++) {
                uppers[row] = random.nextInt(30);
                candidates.add(uppers[row], -row, row);
            }
            candidates.keepHighest(count);
            assertEquals(Math.min(size, count), candidates.size());
            float[] kept = new float[candidates.size()];
            for (int i = 0; i < kept.length; i++) {
                kept[i] = candidates.upper(i);
                assertEquals(uppers[candidates.row(i)], kept[i]);
            }
            Arrays.sort(kept);
            Arrays.sort(uppers);
            for (int i = 1; i <= kept.length; i++) {
                assertEquals(uppers[size - i], kept[kept.length - i]);
            }
            for (int place = 0; place < kept.length; place++) {
                candidates.putHighest(place);
                assertEquals(kept[kept.length - 1 - place], candidates.upper(place));
            }
        }
    }

    /** A bound that is not a number may belong to any row: none may be dropped for it. */
    @Test
    void dropsNoCandidateWhoseBoundIsNotANumber() {
        Candidates candidates = new Candidates();
        candidates.reset(5);
        for (float upper : new float[] {1, Float.NaN, 3, 2, Float.NaN}) {
            candidates.add(upper, upper, candidates.size());
        }
        candidates.keepHighest(3);
        assertEquals(3, candidates.size());
        assertEquals(1, candidates.row(0));
        assertEquals(2, candidates.row(1));
        assertEquals(4, candidates.row(2));
        candidates.keepFrom(candidates.highestLower(1));
        assertEquals(3, candidates.size());
        candidates.keepHighest(1);
        assertEquals(1, candidates.size());
        assertEquals(1, candidates.row(0));
    }
}
