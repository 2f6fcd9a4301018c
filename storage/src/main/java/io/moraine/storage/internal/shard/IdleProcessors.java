package io.moraine.storage.internal.shard;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Lets searches use processors that no other search uses: a search that is alone gets a helper,
 * many at once get none and run one by one as they came. Counts the searches of the process.
 */
final class IdleProcessors {

    /**
     * Against threads that search or ingest: a third of their share. A search that shares its
     * processor with its own helper would be through sooner without.
     */
    private static final int HELPING_NICENESS = 5;

    /** A helper without work ends after so long. */
    private static final long IDLE_S = 60;

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final AtomicInteger BUSY = new AtomicInteger();
    private static final LongAdder HELPED = new LongAdder();
    private static final ThreadPoolExecutor HELPERS = helpers();

    private IdleProcessors() {}

    private static ThreadPoolExecutor helpers() {
        int threads = Math.max(1, PROCESSORS - 1);
        ThreadPoolExecutor helpers =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        IDLE_S,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        ThreadNiceness.nicer(
                                HELPING_NICENESS,
                                Thread.ofPlatform().name("moraine-help").daemon().factory()));
        helpers.allowCoreThreadTimeOut(true);
        return helpers;
    }

    /** Searches that were helped since the process started. */
    static long helped() {
        return HELPED.sum();
    }

    /** Threads that search or help now. */
    static int busy() {
        return BUSY.get();
    }

    /** Counts the caller's thread as busy until {@link #end}. */
    static void begin() {
        BUSY.incrementAndGet();
    }

    static void end() {
        BUSY.decrementAndGet();
    }

    /**
     * Has another thread do something if a processor is idle.
     *
     * @return to be run when it is not worth beginning any more; waits for nobody
     */
    static Runnable help(Runnable helping) {
        if (!tryBegin()) {
            return () -> {};
        }
        AtomicBoolean claimed = new AtomicBoolean();
        HELPERS.execute(() -> {
            if (claimed.compareAndSet(false, true)) {
                HELPED.increment();
                try {
                    helping.run();
                } finally {
                    end();
                }
            }
        });
        return () -> {
            if (claimed.compareAndSet(false, true)) {
                end();
            }
        };
    }

    private static boolean tryBegin() {
        int busy = BUSY.get();
        return busy < PROCESSORS && BUSY.compareAndSet(busy, busy + 1);
    }
}
