package io.moraine.storage.internal.index;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Supplier;

/**
 * Keeps what a search needs beside its answer for the next search, because making it costs more
 * than using it. Safe for use by several threads.
 *
 * @param <T> what is kept; used by one thread at a time
 */
public final class ScratchPool<T> {

    private static final int IDLE_MAX = 16;

    private final ArrayBlockingQueue<T> idle = new ArrayBlockingQueue<>(IDLE_MAX);
    private final Supplier<T> maker;

    public ScratchPool(Supplier<T> maker) {
        this.maker = maker;
    }

    /** One that nobody else uses until it is given back. */
    public T take() {
        T scratch = idle.poll();
        return scratch == null ? maker.get() : scratch;
    }

    /** Gives one back; dropped when enough are idle. One that failed half-way is not given back. */
    public void giveBack(T scratch) {
        idle.offer(scratch);
    }
}
