package io.moraine.storage.internal.index.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.index.ChunkedValues;
import io.moraine.storage.internal.index.ExactScan;
import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.SearchRows;
import io.moraine.storage.internal.index.Similarity;
import io.moraine.storage.internal.index.TopK;
import io.moraine.storage.internal.index.VectorValues;
import io.moraine.storage.model.Distance;
import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FlatSearchTest {

    private static final int DIMENSION = 96;
    private static final int ROWS = 3000;
    private static final RowMask MASK = block -> 0x7bdd_e995_fbd1_eb95L * (2L * block + 1);

    @ParameterizedTest
    @EnumSource(value = Distance.class, mode = EnumSource.Mode.EXCLUDE, names = "MANHATTAN")
    void findsNearlyAllOfTheBestRowsWithTheirExactScores(Distance distance) {
        try (Arena arena = Arena.ofConfined()) {
            Fixture fixture = new Fixture(arena, distance, new Random(8));
            int found = 0;
            for (int i = 0; i < 40; i++) {
                float[] query = Similarity.prepare(distance, fixture.vector());
                TopK expected = fixture.exact(query, MASK);
                TopK actual = fixture.flat(query, MASK, 2.5);
                assertEquals(expected.size(), actual.size());
                found += common(expected, actual);
            }
            assertTrue(found >= 397, distance + ": found " + found + " of 400");
        }
    }

    @ParameterizedTest
    @EnumSource(value = Distance.class, mode = EnumSource.Mode.EXCLUDE, names = "MANHATTAN")
    void isExactWhenErrorsAreLeftAllTheRoomTheyCanTake(Distance distance) {
        try (Arena arena = Arena.ofConfined()) {
            Fixture fixture = new Fixture(arena, distance, new Random(9));
            float[] query = Similarity.prepare(distance, fixture.vector());
            assertEquals(10, common(fixture.exact(query, MASK), fixture.flat(query, MASK, 50)));
        }
    }

    @Test
    void findsAsManyRowsAsTakePartHoweverFew() {
        try (Arena arena = Arena.ofConfined()) {
            Fixture fixture = new Fixture(arena, Distance.COSINE, new Random(10));
            float[] query = Similarity.prepare(Distance.COSINE, fixture.vector());
            RowMask three = block -> block == 5 ? 0b1001L : block == 46 ? 1L << 55 : 0;
            TopK top = fixture.flat(query, three, 0);
            top.sort();
            assertEquals(3, top.size());
            assertEquals(3, common(top, fixture.exact(query, three)));
        }
    }

    @Test
    void losesNoRowWhoseScoreIsNotANumber() {
        try (Arena arena = Arena.ofConfined()) {
            float[][] rows = new float[70][DIMENSION];
            for (float[] row : rows) {
                java.util.Arrays.fill(row, Float.MAX_VALUE);
            }
            Fixture fixture = new Fixture(arena, Distance.DOT, rows);
            float[] query = rows[0].clone();
            query[0] = -query[0];
            TopK top = fixture.flat(query, RowMask.ALL, 2);
            assertEquals(10, top.size());
        }
    }

    private static int common(TopK expected, TopK actual) {
        expected.sort();
        actual.sort();
        int common = 0;
        for (int i = 0; i < expected.size(); i++) {
            for (int j = 0; j < actual.size(); j++) {
                if (expected.row(i) == actual.row(j)) {
                    assertEquals(expected.score(i), actual.score(j));
                    common++;
                }
            }
        }
        return common;
    }

    /** Rows around a few centers, in one run, with codes in growing chunks. */
    private static final class Fixture {

        private final Random random;
        private final float[][] centers;
        private final VectorValues values;
        private final AppendableCodes codes;
        private final ExactScan exactScan;
        private final FlatSearch flatSearch;

        Fixture(Arena arena, Distance distance, Random random) {
            this.random = random;
            this.centers = new float[20][DIMENSION];
            for (float[] center : centers) {
                for (int i = 0; i < DIMENSION; i++) {
                    center[i] = 1 + (float) random.nextGaussian();
                }
            }
            float[][] rows = new float[ROWS][];
            for (int row = 0; row < ROWS; row++) {
                rows[row] = Similarity.prepare(distance, vector());
            }
            this.values = new ChunkedValues(arena, rows, rows.length);
            this.codes = codes(arena, distance);
            this.exactScan = new ExactScan(Similarity.of(distance));
            this.flatSearch = new FlatSearch(codes.space());
        }

        Fixture(Arena arena, Distance distance, float[][] rows) {
            this.random = new Random(0);
            this.centers = new float[0][];
            this.values = new ChunkedValues(arena, rows, rows.length);
            this.codes = codes(arena, distance);
            this.exactScan = new ExactScan(Similarity.of(distance));
            this.flatSearch = new FlatSearch(codes.space());
        }

        float[] vector() {
            float[] vector = centers[random.nextInt(centers.length)].clone();
            for (int i = 0; i < DIMENSION; i++) {
                vector[i] += (float) random.nextGaussian();
            }
            return vector;
        }

        TopK exact(float[] query, RowMask mask) {
            TopK top = new TopK(10, Float.NEGATIVE_INFINITY);
            exactScan.scan(SearchRows.of(values, mask, 1), query, top);
            return top;
        }

        TopK flat(float[] query, RowMask mask, double deviations) {
            TopK top = new TopK(10, Float.NEGATIVE_INFINITY);
            flatSearch.search(codes, SearchRows.of(values, mask, 1), query, deviations, top);
            return top;
        }

        private AppendableCodes codes(Arena arena, Distance distance) {
            float[] center = new float[DIMENSION];
            java.util.Arrays.fill(center, distance == Distance.COSINE ? 0.05f : 1);
            CodeSpace space = new CodeSpace(distance, 3, center);
            AppendableCodes appendable =
                    new AppendableCodes(space, bytes -> arena.allocate(bytes, 64), 2);
            for (int row = 0; row < values.size(); row++) {
                appendable.append(row, values.memory(row), values.position(row));
            }
            return appendable;
        }
    }
}
