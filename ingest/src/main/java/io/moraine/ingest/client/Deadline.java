package io.moraine.ingest.client;

import java.time.Duration;

/** A moment until which several steps together may take. */
public final class Deadline {

    private final long endNanos;

    private Deadline(long endNanos) {
        this.endNanos = endNanos;
    }

    public static Deadline after(Duration timeout) {
        return new Deadline(System.nanoTime() + timeout.toNanos());
    }

    /** What is left; zero when it is over. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    }

    public boolean isOver() {
        return left().isZero();
    }

    /** Sleeps a while, not beyond the deadline. */
    public void sleep(long millis) {
        try {
            Thread.sleep(Math.min(millis, left().toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new org.apache.kafka.common.KafkaException("interrupted while waiting", e);
        }
    }
}
