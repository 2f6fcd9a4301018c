package io.moraine.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/** How long searches took. Not safe for use by several threads at once. */
final class Latencies {

    private long[] nanos = new long[1024];
    private int count;

    void add(long took) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = took;
    }

    int count() {
        return count;
    }

    /** Microseconds that a share of the searches stayed below. */
    double microseconds(double share) {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return count == 0 ? Double.NaN : sorted[(int) Math.min(count - 1, share * count)] / 1e3;
    }

    /** Searches per second of the time they took together. */
    double rate() {
        return count * 1e9 / Math.max(1, Arrays.stream(nanos, 0, count).sum());
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%9.0f/s   p50 %8.1f us   p99 %8.1f us",
                rate(),
                microseconds(0.5),
                microseconds(0.99));
    }
}
