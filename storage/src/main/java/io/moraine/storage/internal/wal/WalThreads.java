package io.moraine.storage.internal.wal;

import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;

/**
 * The two threads that serve all logs of a store: one writes frames to the files, one forces the
 * files. Nobody else touches those channels and nobody interrupts these threads, because an
 * interrupt would close the channel.
 *
 * <p>The writing thread takes what all shards appended meanwhile, then dozes for two milliseconds
 * so that the next group is worth a system call: the operating system takes a few hundred kilobytes
 * at once twice as fast as pieces of 16. It is woken sooner when a ring fills up or somebody waits
 * for a sync. After some dozes for nothing it sleeps until the next append.
 */
public final class WalThreads implements WalWorkers, AutoCloseable {

    private static final long DOZE_NANOS = 2_000_000;
    private static final int DOZES_BEFORE_SLEEP = 5;
    private static final long SLEEP_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final List<Wal> wals = new CopyOnWriteArrayList<>();
    private final Thread writer;
    private final Thread syncer;
    private volatile boolean stopped;
    private volatile boolean writerSleeps;
    private volatile boolean writerDozes;

    /** Starts the threads. */
    public WalThreads() {
        writer = Thread.ofPlatform().daemon().name("wal-write").unstarted(this::writeLoop);
        syncer = Thread.ofPlatform().daemon().name("wal-sync").unstarted(this::syncLoop);
        writer.start();
        syncer.start();
    }

    @Override
    public void add(Wal wal) {
        wals.add(wal);
    }

    @Override
    public void remove(Wal wal) {
        wals.remove(wal);
    }

    /** The fence orders the append before the look at the flag; the writer does the reverse. */
    @Override
    public void appended(boolean filling) {
        VarHandle.fullFence();
        if (writerSleeps || (filling && writerDozes)) {
            // Woken once is enough: the next appends need not pay for it again.
            writerSleeps = false;
            writerDozes = false;
            LockSupport.unpark(writer);
        }
    }

    @Override
    public void wakeWriter() {
        LockSupport.unpark(writer);
    }

    @Override
    public void wakeSyncer() {
        LockSupport.unpark(syncer);
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // the caller loops: its condition is its own
    public void await(Wal wal, Condition progress, long nanos) {
        // Cleared first: a wait that begins interrupted would return at once, again and again.
        boolean interrupted = Thread.interrupted();
        try {
            long left = progress.awaitNanos(nanos);
            assert left <= nanos;
        } catch (InterruptedException remembered) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    /** Stops the threads; every log is closed before. */
    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(writer);
        LockSupport.unpark(syncer);
        joinUninterruptibly(writer);
        joinUninterruptibly(syncer);
    }

    private void writeLoop() {
        int idle = 0;
        while (!stopped) {
            boolean more = false;
            boolean worked = false;
            for (Wal wal : wals) {
                Wal.Step step = wal.writeStep();
                worked |= step != Wal.Step.NOTHING;
                more |= step == Wal.Step.MORE;
            }
            idle = worked ? 0 : idle + 1;
            if (more) {
                continue;
            }
            if (idle < DOZES_BEFORE_SLEEP) {
                writerDozes = true;
                LockSupport.parkNanos(this, DOZE_NANOS);
                writerDozes = false;
            } else {
                sleepUntilAppend();
            }
        }
    }

    private void sleepUntilAppend() {
        writerSleeps = true;
        VarHandle.fullFence();
        long nanos = SLEEP_NANOS;
        for (Wal wal : wals) {
            nanos = Math.min(nanos, wal.nanosUntilWrite());
        }
        if (nanos > 0 && !stopped) {
            LockSupport.parkNanos(this, nanos);
        }
        writerSleeps = false;
    }

    private void syncLoop() {
        while (!stopped) {
            long nanos = SLEEP_NANOS;
            for (Wal wal : wals) {
                wal.syncStep();
                nanos = Math.min(nanos, wal.nanosUntilSync());
            }
            if (nanos > 0 && !stopped) {
                LockSupport.parkNanos(this, nanos);
            }
        }
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
