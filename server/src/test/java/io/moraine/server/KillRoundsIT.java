package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real server under load, killed in rounds. A build does a few; fifty are a profile:
 *
 * <pre>
 * mvn -Pkill-rounds -pl server -am verify
 * </pre>
 */
final class KillRoundsIT {

    private static final int ROUNDS = Integer.getInteger("moraine.kill.rounds", 3);
    private static final long SEED = Long.getLong("seed", System.nanoTime());

    /** A part of the rounds long enough that merges and seals come to their usual rhythm. */
    private static final int STEADY = 6;

    private static final double GROWTH_MAX = 1.5;

    @TempDir private Path temp;

    @Test
    @DisplayName("D01: rounds of kill -9 under load lose nothing and keep nothing twice")
    void d01_roundsOfKillsUnderLoadLoseNothingAndKeepNothingTwice() throws Exception {
        KillRounds.Result result;
        try {
            result = new KillRounds(temp, SEED, ROUNDS).run();
        } catch (AssertionError failure) {
            throw new AssertionError("replay with -Dseed=" + SEED, failure);
        }
        List<Long> ready = result.readyMs().stream().sorted().toList();
        System.out.printf(
                "D01 seed=%d kills=%d early=%d writes=%d queries=%d lost=%d ghost=%d torn=%d"
                        + " duplicate=%d ready_ms p50=%d p99=%d max=%d%n",
                SEED,
                ROUNDS,
                result.earlyKills(),
                result.writes(),
                result.queries(),
                result.lost(),
                result.ghost(),
                result.torn(),
                result.duplicate(),
                quantile(ready, 0.5),
                quantile(ready, 0.99),
                ready.getLast());
        System.out.println("D01 directory MiB after each kill: " + mebibytes(result.bytes()));
        System.out.println("D01 of those without logs: " + mebibytes(result.segmentBytes()));
        String replay = "replay with -Dseed=" + SEED;
        assertEquals(0, result.lost(), replay);
        assertEquals(0, result.ghost(), replay);
        assertEquals(0, result.torn(), replay);
        assertEquals(0, result.duplicate(), replay);
        if (ROUNDS >= 3 * STEADY) {
            assertDoesNotGrow(result.bytes());
            assertDoesNotGrow(result.segmentBytes());
        }
    }

    /** The last third of the rounds against the third before it. */
    private static void assertDoesNotGrow(List<Long> bytes) {
        int third = bytes.size() / 3;
        long middle = quantile(bytes.subList(third, 2 * third).stream().sorted().toList(), 0.5);
        long last =
                quantile(bytes.subList(2 * third, bytes.size()).stream().sorted().toList(), 0.5);
        assertTrue(last <= GROWTH_MAX * middle, () -> "grew from " + middle + " to " + last);
    }

    private static long quantile(List<Long> sorted, double quantile) {
        return sorted.get((int) Math.min(sorted.size() - 1, quantile * sorted.size()));
    }

    private static List<String> mebibytes(List<Long> bytes) {
        return bytes.stream().map(each -> "%.1f".formatted(each / 1048576.0)).toList();
    }
}
