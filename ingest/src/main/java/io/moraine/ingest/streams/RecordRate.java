package io.moraine.ingest.streams;

/**
 * How many records came per second lately: a mean in which what is ten seconds old weighs a third.
 * Safe for use by several threads.
 */
final class RecordRate {

    private static final double DECAY_SECONDS = 10;

    private long lastNanos;
    private long lastCount;
    private double perSecond;
    private boolean started;

    /** Looks at a counter that only grows. */
    synchronized void look(long nanos, long count) {
        double seconds = (nanos - lastNanos) / 1e9;
        if (started && seconds > 0) {
            double weight = 1 - Math.exp(-seconds / DECAY_SECONDS);
            perSecond += weight * ((count - lastCount) / seconds - perSecond);
        }
        started = true;
        lastNanos = nanos;
        lastCount = count;
    }

    synchronized double perSecond() {
        return perSecond;
    }
}
