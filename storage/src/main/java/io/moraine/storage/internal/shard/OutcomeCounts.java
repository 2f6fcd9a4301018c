package io.moraine.storage.internal.shard;

import java.util.concurrent.atomic.LongAdder;

/** How often each outcome came since the shard was opened. Safe for use by several threads. */
public final class OutcomeCounts {

    /**
     * The counts at one moment.
     *
     * @param applied operations that took effect
     * @param replayed operations that had been applied before
     * @param stale operations older than their point
     * @param missing operations on a part of a point that does not exist
     */
    public record Values(long applied, long replayed, long stale, long missing) {}

    private final LongAdder applied = new LongAdder();
    private final LongAdder replayed = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder missing = new LongAdder();

    Outcome count(Outcome outcome) {
        switch (outcome) {
            case APPLIED -> applied.increment();
            case REPLAYED -> replayed.increment();
            case STALE -> stale.increment();
            case MISSING -> missing.increment();
        }
        return outcome;
    }

    Values values() {
        return new Values(applied.sum(), replayed.sum(), stale.sum(), missing.sum());
    }
}
