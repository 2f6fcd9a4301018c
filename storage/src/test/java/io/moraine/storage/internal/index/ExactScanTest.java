package io.moraine.storage.internal.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moraine.storage.model.Distance;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExactScanTest {

    private static final int DIMENSION = 19;
    private static final RowMask MASK = block -> 0x5bd1_e995_5bd1_e995L * (block + 1);

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 63, 64, 65, 100, 128, 1000})
    void findsTheVisibleRowsThatAreNearestHoweverRowsAreChunked(int rowsPerChunk) {
        Random random = new Random(5);
        Similarity similarity = Similarity.of(Distance.EUCLID);
        ExactScan scan = new ExactScan(similarity);
        try (Arena arena = Arena.ofConfined()) {
            for (int size : new int[] {1, 63, 64, 65, 300}) {
                float[][] rows = Rows.gaussians(random, size, DIMENSION);
                VectorValues values = new ChunkedValues(arena, rows, rowsPerChunk);
                float[] query = Rows.gaussians(random, DIMENSION);
                TopK top = new TopK(10, Float.NEGATIVE_INFINITY);
                scan.scan(SearchRows.of(values, MASK, 4), query, top);
                assertSame(oneByOne(rows, similarity, query), top);
            }
        }
    }

    private static TopK oneByOne(float[][] rows, Similarity similarity, float[] query) {
        TopK top = new TopK(10, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < rows.length; i++) {
            if ((MASK.word(i >>> 6) >>> i & 1) != 0) {
                MemorySegment row = MemorySegment.ofArray(rows[i]);
                top.offer(similarity.score(query, row, 0), TopK.row(4, i));
            }
        }
        return top;
    }

    private static void assertSame(TopK expected, TopK actual) {
        expected.sort();
        actual.sort();
        assertEquals(expected.size(), actual.size());
        for (int place = 0; place < expected.size(); place++) {
            assertEquals(expected.row(place), actual.row(place));
            assertEquals(expected.score(place), actual.score(place));
        }
    }
}
