package io.moraine.storage.internal.shard;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The next offset to apply. Storing it is what makes an operation visible: whatever the writer did
 * before is seen by everyone who loads the new value.
 *
 * <p>One thread publishes; any thread reads and waits.
 */
final class AppliedOffset {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile long next;

    long get() {
        return next;
    }

    void publish(long newNext) {
        next = newNext;
        if (waiting.get() > 0) {
            lock.lock();
            try {
                moved.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits until the value is at least {@code target}; false when the time ran out first. */
    boolean await(long target, long timeoutNanos) throws InterruptedException {
        if (next >= target) {
            return true;
        }
        waiting.incrementAndGet();
        lock.lockInterruptibly();
        try {
            long left = timeoutNanos;
            while (next < target && left > 0) {
                left = moved.awaitNanos(left);
            }
            return next >= target;
        } finally {
            lock.unlock();
            waiting.decrementAndGet();
        }
    }

    static long nanos(java.time.Duration timeout) {
        return TimeUnit.NANOSECONDS.convert(timeout);
    }
}
