package io.moraine.storage.internal.segment;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A part of a job that goes on beside the rest of it. Whoever began it calls {@link #await} on
 * every way out, so that nothing goes on in the back of a job that has failed. Interrupts do not
 * end the waiting; the thread remembers them.
 */
public final class AsideWork {

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Throwable failure;

    private AsideWork() {}

    /** Begins; an executor that runs it at once leaves nothing to wait for. */
    public static AsideWork begin(Executor executor, Runnable work) {
        AsideWork aside = new AsideWork();
        executor.execute(() -> aside.run(work));
        return aside;
    }

    /** Work that has ended. */
    public static AsideWork done() {
        AsideWork aside = new AsideWork();
        aside.ended.countDown();
        return aside;
    }

    /** Whether it has ended, well or not. */
    public boolean isDone() {
        return ended.getCount() == 0;
    }

    /** Waits for the end. */
    public void await() {
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the end, and throws what the work threw. */
    public void result() {
        await();
        switch (failure) {
            case null -> {}
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            default -> throw new AssertionError("a runnable threw a checked exception", failure);
        }
    }

    private void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error failed) {
            failure = failed;
        } finally {
            ended.countDown();
        }
    }
}
