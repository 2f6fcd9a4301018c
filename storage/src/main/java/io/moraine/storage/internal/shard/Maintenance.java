package io.moraine.storage.internal.shard;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The background threads of a store: one seals, one merges, one looks at every shard each second.
 * Nobody interrupts them, because they work on file channels. Safe for use by several threads.
 */
public final class Maintenance implements AutoCloseable {

    private static final Logger LOG = System.getLogger(Maintenance.class.getName());
    private static final long TICK_MS = 1_000;
    private static final long LAST_TASK_WAIT_S = 60;

    private final Set<LiveShard> shards = ConcurrentHashMap.newKeySet();
    private final ExecutorService sealing = single("moraine-seal");
    private final ExecutorService merging = single("moraine-merge");
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("moraine-timer").daemon().factory());

    private final ScheduledFuture<?> ticks;

    public Maintenance() {
        ticks = timer.scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    void add(LiveShard shard) {
        shards.add(shard);
    }

    void remove(LiveShard shard) {
        shards.remove(shard);
    }

    /** Runs a task on the sealing thread; false when the store is closing. */
    boolean seal(Runnable task) {
        return submit(sealing, task);
    }

    /** Runs a task on the merging thread; false when the store is closing. */
    boolean merge(Runnable task) {
        return submit(merging, task);
    }

    /** Waits for the tasks that run, a while; starts no more. */
    @Override
    public void close() {
        ticks.cancel(false);
        timer.shutdown();
        sealing.shutdown();
        merging.shutdown();
        boolean interrupted = false;
        for (ExecutorService executor : new ExecutorService[] {timer, sealing, merging}) {
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
        for (LiveShard shard : shards) {
            try {
                shard.tick();
            } catch (RuntimeException e) {
                // A timer that throws once would never tick again, for no shard.
                LOG.log(Level.WARNING, "a shard could not be looked after", e);
            }
        }
    }

    private static boolean submit(ExecutorService executor, Runnable task) {
        try {
            executor.execute(task);
            return true;
        } catch (RejectedExecutionException closing) {
            return false;
        }
    }

    private static ExecutorService single(String name) {
        return Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon().factory());
    }
}
