package io.moraine.storage.internal.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.merge.MergePolicy.Candidate;
import io.moraine.storage.internal.merge.MergePolicy.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MergePolicyTest {

    private static final MergePolicy POLICY = new MergePolicy(4, 16, 100, 1_000_000, 0.5);

    @Test
    void fewSegmentsAreLeftAlone() {
        assertEquals(Choice.NONE, POLICY.choose(List.of()));
        assertEquals(Choice.NONE, choose(50, 50, 50));
        assertEquals(Choice.NONE, choose(5_000, 390, 50, 50, 50));
    }

    @Test
    void neighboursOfTheLowestTierAreMergedFirst() {
        assertEquals(new Choice(2, 6), choose(5_000, 390, 50, 60, 70, 80));
        assertEquals(new Choice(0, 5), choose(390, 380, 370, 360, 90));
        assertEquals(Choice.NONE, choose(390, 380, 370, 90, 90, 90));
        assertEquals(new Choice(0, 5), choose(50, 60, 70, 80, 90));
    }

    @Test
    void aLargeSegmentIsNotRewrittenForSmallNeighbours() {
        assertEquals(new Choice(1, 5), choose(90_000, 50, 50, 50, 50, 90_000));
        assertEquals(Choice.NONE, choose(50, 50, 50, 90_000, 50, 50, 50));
    }

    @Test
    void aSegmentOfDeadRowsIsRewrittenAlone() {
        List<Candidate> segments = List.of(new Candidate(900, 10, 5), new Candidate(900, 10, 6));
        assertEquals(new Choice(1, 2), POLICY.choose(segments));
    }

    @Test
    void theResultStaysBelowTheLimit() {
        assertEquals(Choice.NONE, choose(300_000, 300_000, 300_000, 300_000));
    }

    @Test
    void eachRowIsRewrittenOncePerTierAndSegmentsStayFew() {
        List<Long> sizes = new ArrayList<>();
        long written = 0;
        long ingested = 0;
        for (int i = 0; i < 5_000; i++) {
            sizes.add(100L);
            ingested += 100;
            Choice choice = choose(sizes);
            while (!choice.isNone()) {
                List<Long> run = sizes.subList(choice.from(), choice.to());
                long merged = run.stream().mapToLong(Long::longValue).sum();
                written += merged;
                run.clear();
                sizes.add(choice.from(), merged);
                choice = choose(sizes);
            }
            assertTrue(sizes.size() <= 24, sizes::toString);
        }
        double amplification = (double) written / ingested;
        assertTrue(amplification <= 6.2, () -> "rewritten " + amplification + " times");
    }

    private static Choice choose(long... sizes) {
        return choose(LongStream.of(sizes).boxed().toList());
    }

    private static Choice choose(List<Long> sizes) {
        return POLICY.choose(sizes.stream().map(size -> new Candidate(size, 10, 0)).toList());
    }
}
