package io.moraine.storage.internal.shard;

import java.time.InstantSource;
import java.util.ArrayDeque;

/**
 * How far back readers may still look: remembers which offset was applied when, and says which
 * offset no reader is promised any more. Offsets alone decide what a reader sees; the clock only
 * decides what may be dropped.
 *
 * <p>Safe for use by several threads.
 */
final class History {

    private static final int SAMPLES_MAX = 1_024;

    private record Sample(long timeMs, long offset) {}

    private final long retentionMs;
    private final InstantSource clock;
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();
    private long horizon;

    /**
     * @param retentionMs how long a state is kept after it was replaced; 0 keeps none
     * @param horizon lowest offset that the present segments can show
     * @param applied the applied offset of now
     */
    History(long retentionMs, InstantSource clock, long horizon, long applied) {
        this.retentionMs = retentionMs;
        this.clock = clock;
        this.horizon = horizon;
        samples.add(new Sample(clock.millis(), applied));
    }

    /** Remembers that an offset is applied now; called now and then. */
    synchronized void note(long applied) {
        if (retentionMs == 0) {
            return;
        }
        long now = clock.millis();
        Sample last = samples.getLast();
        if (applied > last.offset()
                && now - last.timeMs() >= Math.max(1, retentionMs / SAMPLES_MAX)) {
            samples.add(new Sample(now, applied));
            advance(now);
        }
    }

    /**
     * The offset up to which states may be dropped: rows that died at or before it.
     *
     * @param safe everything below is in sealed segments, so no replay needs it
     */
    synchronized long horizon(long safe) {
        if (retentionMs == 0) {
            return safe;
        }
        advance(clock.millis());
        return Math.min(safe, horizon);
    }

    /** The window ends at the last sample that is old enough. */
    private void advance(long nowMs) {
        while (!samples.isEmpty() && samples.getFirst().timeMs() <= nowMs - retentionMs) {
            Sample passed = samples.getFirst();
            horizon = Math.max(horizon, passed.offset());
            if (samples.size() == 1) {
                return;
            }
            samples.removeFirst();
        }
    }
}
