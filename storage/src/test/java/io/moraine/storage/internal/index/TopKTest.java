package io.moraine.storage.internal.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TopKTest {

    private record Row(float score, long row) {}

    @Test
    void keepsTheBestRowsWhateverTheOrderOfTheOffers() {
        Random random = new Random(7);
        TopK top = new TopK(1, 0);
        for (int round = 0; round < 200; round++) {
            List<Row> rows = manyTies(random, random.nextInt(1, 100));
            int limit = random.nextInt(1, 40);
            top.reset(limit, Float.NEGATIVE_INFINITY);
            Collections.shuffle(rows, random);
            rows.forEach(row -> top.offer(row.score(), row.row()));
            assertEquals(best(rows, limit), content(top));
        }
    }

    @Test
    void leavesOutRowsBelowTheLeastScore() {
        TopK top = new TopK(3, 0.5f);
        top.offer(0.4f, 1);
        top.offer(0.5f, 2);
        top.offer(0.6f, 3);
        assertEquals(List.of(new Row(0.6f, 3), new Row(0.5f, 2)), content(top));
    }

    @Test
    void raisesTheThresholdOnlyWhenFull() {
        TopK top = new TopK(2, -1);
        top.offer(5, 1);
        assertEquals(-1, top.threshold());
        top.offer(4, 2);
        assertEquals(4, top.threshold());
        top.offer(6, 3);
        assertEquals(5, top.threshold());
    }

    @Test
    void countsNotANumberAsTheWorstScore() {
        TopK top = new TopK(2, Float.NEGATIVE_INFINITY);
        top.offer(Float.NaN, 1);
        top.offer(1, 2);
        assertEquals(List.of(new Row(1, 2), new Row(Float.NEGATIVE_INFINITY, 1)), content(top));
        top.reset(2, 0);
        top.offer(Float.NaN, 1);
        assertEquals(0, top.size());
    }

    @Test
    void packsSegmentAndOrdinalInTheirOrder() {
        long row = TopK.row(3, 17);
        assertEquals(3, TopK.segment(row));
        assertEquals(17, TopK.ordinal(row));
        assertTrue(TopK.row(1, Integer.MAX_VALUE) < TopK.row(2, 0));
    }

    @Test
    void refusesOffersAfterSorting() {
        TopK top = new TopK(2, 0);
        top.offer(1, 1);
        assertThrows(IllegalStateException.class, () -> top.score(0));
        top.sort();
        assertThrows(IllegalStateException.class, () -> top.offer(2, 2));
        assertThrows(IllegalStateException.class, () -> top.row(1));
    }

    private static List<Row> manyTies(Random random, int count) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(new Row(random.nextInt(8) - 4, TopK.row(i % 3, i)));
        }
        return rows;
    }

    private static List<Row> best(List<Row> rows, int limit) {
        return rows.stream()
                .sorted(
                        Comparator.comparingDouble((Row row) -> -row.score())
                                .thenComparingLong(Row::row))
                .limit(limit)
                .toList();
    }

    private static List<Row> content(TopK top) {
        top.sort();
        List<Row> rows = new ArrayList<>();
        for (int place = 0; place < top.size(); place++) {
            rows.add(new Row(top.score(place), top.row(place)));
        }
        return rows;
    }
}
