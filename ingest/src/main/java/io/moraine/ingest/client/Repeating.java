package io.moraine.ingest.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A daemon thread that does one thing again and again, with a pause between, until it is closed. It
 * is never interrupted: what it does may write files.
 */
public final class Repeating implements AutoCloseable {

    private static final Logger LOG = System.getLogger(Repeating.class.getName());
    private static final long CLOSE_TIMEOUT_MS = 15_000;

    private final Runnable task;
    private final long pauseNanos;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean awake;
    private volatile boolean closed;

    public Repeating(String name, Duration pause, Runnable task) {
        this.task = task;
        this.pauseNanos = pause.toNanos();
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Cuts the present or the next pause short. */
    public void wake() {
        lock.lock();
        try {
            awake = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public boolean isClosed() {
        return closed;
    }

    /** Makes the present run of the task the last one. */
    public void stopSoon() {
        closed = true;
        wake();
    }

    /** Lets the task end and waits for it, unless the task itself asks. */
    @Override
    public void close() {
        stopSoon();
        if (!Thread.currentThread().equals(thread)) {
            try {
                thread.join(CLOSE_TIMEOUT_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        while (!closed) {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, thread.getName() + " failed, goes on", e);
            } catch (Error e) {
                LOG.log(Level.ERROR, thread.getName() + " failed and ends", e);
                throw e;
            }
            pause();
        }
    }

    private void pause() {
        lock.lock();
        try {
            long left = pauseNanos;
            while (!awake && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            awake = false;
        } catch (InterruptedException e) {
            LOG.log(
                    Level.WARNING,
                    "{0} was interrupted by nobody we know, goes on after {1} ms",
                    thread.getName(),
                    TimeUnit.NANOSECONDS.toMillis(pauseNanos));
        } finally {
            lock.unlock();
        }
    }
}
