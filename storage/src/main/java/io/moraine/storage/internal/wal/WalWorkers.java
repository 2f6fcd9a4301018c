package io.moraine.storage.internal.wal;

import java.util.concurrent.locks.Condition;

/**
 * Who writes and forces logs. A seam: {@link WalThreads} does it in the background, tests do it
 * step by step in an order that a seed decides.
 */
public interface WalWorkers {

    /** Begins to look after a log. */
    void add(Wal wal);

    /** Ends looking after a log; steps already begun may still end. */
    void remove(Wal wal);

    /**
     * A frame was appended: see to it that it is written before long. Called for every frame.
     *
     * @param filling whether so much waits that it should be written at once
     */
    void appended(boolean filling);

    /** Somebody waits for a log to be written. */
    void wakeWriter();

    /** A log may have become due to be forced. */
    void wakeSyncer();

    /**
     * Waits for a log to make progress.
     *
     * @param wal the log, whose lock the caller holds
     * @param progress signalled at each progress
     * @param nanos longest time to wait
     */
    void await(Wal wal, Condition progress, long nanos);

    /** A clock that only moves forward, in nanoseconds. */
    long nanoTime();
}
