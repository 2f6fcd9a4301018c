package io.moraine.benchmarks;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/**
 * When the records of one line of {@link FreshnessBenchmark} should have been sent, reached the
 * plain consumer and became searchable: {@link System#nanoTime} by record. One thread writes each
 * of the three; they are read when both readers have seen the last record.
 */
final class FreshnessTimes {

    private static final long SLICE_NANOS = 50_000_000;

    private final long firstOffset;
    private final long[] due;
    private final long[] polled;
    private final long[] applied;
    private final CountDownLatch unfinished = new CountDownLatch(2);
    private String processors = "";

    FreshnessTimes(long firstOffset, int records) {
        this.firstOffset = firstOffset;
        due = new long[records];
        polled = new long[records];
        applied = new long[records];
    }

    void due(int record, long nanos) {
        due[record] = nanos;
    }

    /** Notes that every record below an offset reached the plain consumer. */
    void polled(long from, long nextOffset, long nanos) {
        note(polled, from, nextOffset, nanos);
    }

    /** Notes that every record below an offset is searchable. */
    void applied(long from, long nextOffset, long nanos) {
        note(applied, from, nextOffset, nanos);
    }

    private void note(long[] times, long from, long nextOffset, long nanos) {
        int begin = (int) Math.max(0, from - firstOffset);
        int end = (int) Math.min(times.length, nextOffset - firstOffset);
        if (begin < end) {
            Arrays.fill(times, begin, end, nanos);
            if (end == times.length) {
                unfinished.countDown();
            }
        }
    }

    void await() throws InterruptedException {
        unfinished.await();
    }

    void processors(String shares) {
        processors = shares;
    }

    String processors() {
        return processors;
    }

    /** Over the second half, when everything runs. */
    int searchablePerSecond() {
        int half = applied.length / 2;
        int last = applied.length - 1;
        return (int) ((last - half) * 1e9 / Math.max(1, applied[last] - applied[half]));
    }

    /** Prints the longest times of each 50 ms: to the consumer, to a search. */
    void printTimeline() {
        double poll = 0;
        double search = 0;
        long slice = 0;
        for (int i = 0; i < due.length; i++) {
            long now = (due[i] - due[0]) / SLICE_NANOS;
            if (now > slice) {
                System.out.printf(
                        "%5d ms: %.1f %.1f%n", slice * SLICE_NANOS / 1_000_000, poll, search);
                slice = now;
                poll = 0;
                search = 0;
            }
            poll = Math.max(poll, (polled[i] - due[i]) / 1e6);
            search = Math.max(search, (applied[i] - due[i]) / 1e6);
        }
    }

    @Override
    public String toString() {
        double[] toPoll = millis(polled);
        double[] toSearch = millis(applied);
        return "to a consumer p50 %.2f p99 %.2f ms, to a search p50 %.2f p99 %.2f ms, ratio p50 %.2f p99 %.2f"
                .formatted(
                        at(toPoll, 0.50),
                        at(toPoll, 0.99),
                        at(toSearch, 0.50),
                        at(toSearch, 0.99),
                        at(toSearch, 0.50) / at(toPoll, 0.50),
                        at(toSearch, 0.99) / at(toPoll, 0.99));
    }

    /** Times of the records behind the first tenth, in which threads wake. */
    private double[] millis(long[] reached) {
        int skipped = due.length / 10;
        double[] millis = new double[due.length - skipped];
        for (int i = 0; i < millis.length; i++) {
            millis[i] = (reached[skipped + i] - due[skipped + i]) / 1e6;
        }
        Arrays.sort(millis);
        return millis;
    }

    private static double at(double[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))];
    }
}
