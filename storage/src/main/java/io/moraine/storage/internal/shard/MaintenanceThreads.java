package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.segment.ChunkPool;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The background threads of a store: one seals, one merges, one builds indexes, one looks at every
 * shard each second. What only makes searches faster gives way to what ingests and searches (see
 * {@link ThreadNiceness}). Nobody interrupts them, because they work on file channels. Safe for use
 * by several threads.
 */
public final class MaintenanceThreads implements Maintenance, AutoCloseable {

    private static final Logger LOG = System.getLogger(MaintenanceThreads.class.getName());
    private static final long TICK_MS = 1_000;
    private static final long LAST_TASK_WAIT_S = 60;

    /** Against threads that ingest or search: a third of their share, and a tenth. */
    private static final int SEALING_NICENESS = 5;

    private static final int MERGING_NICENESS = 10;

    /**
     * As merging, for as much depends on it: rows without clusters take a search five times as
     * long. With next to nothing, no index was done while two processors had other work.
     */
    private static final int INDEXING_NICENESS = 10;

    private final Set<LiveShard> shards = ConcurrentHashMap.newKeySet();
    private final ExecutorService sealing =
            single(ThreadNiceness.nicer(SEALING_NICENESS, named("moraine-seal")));
    private final ExecutorService aside =
            Executors.newCachedThreadPool(
                    ThreadNiceness.nicer(SEALING_NICENESS, named("moraine-aside")));
    private final ExecutorService merging =
            single(ThreadNiceness.nicer(MERGING_NICENESS, named("moraine-merge")));
    private final ExecutorService indexing =
            single(ThreadNiceness.nicer(INDEXING_NICENESS, named("moraine-index")));
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("moraine-timer").daemon().factory());

    private final ScheduledFuture<?> ticks;
    private final ChunkPool chunks;

    /**
     * @param chunks memory that is trimmed each second
     */
    public MaintenanceThreads(ChunkPool chunks) {
        this.chunks = chunks;
        ticks = timer.scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void add(LiveShard shard) {
        shards.add(shard);
    }

    @Override
    public void remove(LiveShard shard) {
        shards.remove(shard);
    }

    @Override
    public void seal(Runnable task) {
        submit(sealing, task);
    }

    @Override
    public void merge(Runnable task) {
        submit(merging, task);
    }

    @Override
    public void index(Runnable task) {
        submit(indexing, task);
    }

    /** On another thread, or on the caller's once the store is closing. */
    @Override
    public Executor aside() {
        return task -> {
            try {
                aside.execute(task);
            } catch (RejectedExecutionException closing) {
                task.run();
            }
        };
    }

    /** Waits for the tasks that run, a while; starts no more. */
    @Override
    public void close() {
        ticks.cancel(false);
        timer.shutdown();
        sealing.shutdown();
        merging.shutdown();
        indexing.shutdown();
        aside.shutdown();
        boolean interrupted = false;
        for (ExecutorService executor : List.of(timer, sealing, merging, indexing, aside)) {
            try {
                executor.awaitTermination(LAST_TASK_WAIT_S, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void tick() {
        chunks.trim();
        for (LiveShard shard : shards) {
            try {
                shard.tick();
            } catch (RuntimeException e) {
                // A timer that throws once would never tick again, for no shard.
                LOG.log(Level.WARNING, "a shard could not be looked after", e);
            }
        }
    }

    private static void submit(ExecutorService executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException closing) {
            LOG.log(Level.DEBUG, "left undone, the store closes", closing);
        }
    }

    private static ThreadFactory named(String name) {
        return Thread.ofPlatform().name(name).daemon().factory();
    }

    private static ExecutorService single(ThreadFactory threads) {
        return Executors.newSingleThreadExecutor(threads);
    }
}
