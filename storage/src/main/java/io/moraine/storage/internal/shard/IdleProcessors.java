package io.moraine.storage.internal.shard;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Lets searches use processors that no other search uses: a search that is alone gets a helper,
 * many at once get none and run one by one as they came. Counts the searches of the process.
 */
final class IdleProcessors {

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final AtomicInteger BUSY = new AtomicInteger();
    private static final LongAdder HELPED = new LongAdder();

    private IdleProcessors() {}

    /** Searches that were helped since the process started. */
    static long helped() {
        return HELPED.sum();
    }

    /** Counts the caller's thread as busy until {@link #end}. */
    static void begin() {
        BUSY.incrementAndGet();
    }

    static void end() {
        BUSY.decrementAndGet();
    }

    /**
     * Runs a step, and lets another thread run a second one at the same time if a processor is
     * idle. Returns when both have ended, or the first has and the second never began: so the
     * second must be work that the first does, too, when nobody takes it from it.
     *
     * <p>What either throws is thrown here, after the other has ended.
     */
    static void runHelped(Runnable mine, Runnable helping) {
        if (!tryBegin()) {
            mine.run();
            return;
        }
        AtomicBoolean claimed = new AtomicBoolean();
        ForkJoinTask<?> helper =
                ForkJoinPool.commonPool()
                        .submit(() -> {
                            if (claimed.compareAndSet(false, true)) {
                                HELPED.increment();
                                helping.run();
                            }
                        });
        try {
            mine.run();
        } finally {
            try {
                if (!claimed.compareAndSet(false, true)) {
                    helper.join();
                }
            } finally {
                end();
            }
        }
    }

    private static boolean tryBegin() {
        int busy = BUSY.get();
        return busy < PROCESSORS && BUSY.compareAndSet(busy, busy + 1);
    }
}
