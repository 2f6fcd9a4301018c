package io.moraine.storage.internal.shard;

import io.moraine.storage.model.SearchStoppedException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;

/**
 * The work of one search, in numbered units that the searching thread shares with a helper while a
 * processor is idle. Each takes the next unit until there is none; then the searching thread takes
 * over the unit that the helper still has, and whoever is done first delivers it. So nobody waits
 * for a helper that waits for a processor: it is left behind, and finds that nothing is wanted of
 * it any more.
 *
 * <p>One search's; safe for use by its two threads.
 */
final class SharedWork {

    private static final Logger LOG = System.getLogger(SharedWork.class.getName());
    private static final int NONE = -1;

    private final int units;
    private int next;
    private int helped = NONE;
    private int delivered;
    private volatile boolean over;

    /** What one of the threads does; used by that thread alone. */
    interface Worker {

        /**
         * Does a unit.
         *
         * @return publishes what was found; run at once, under a lock that both threads share,
         *     unless the other thread has delivered the unit or nothing is wanted any more
         */
        Runnable work(int unit);

        /** Ends after the last unit; not if one failed. */
        void end();
    }

    /**
     * @param units how many there are, numbered from 0
     */
    SharedWork(int units) {
        this.units = units;
    }

    /** Whether nothing is wanted any more: all is delivered, or the searching thread has left. */
    boolean isOver() {
        return over;
    }

    /**
     * Does all units. What the caller's worker throws is thrown; a unit at which the helper fails
     * is done by the caller's.
     *
     * @param segments held for the helper, which may be at work for a while after this has returned
     * @param mine the caller's worker
     * @param helping makes the helper's worker, on its thread
     */
    void run(SegmentSet segments, Worker mine, Supplier<Worker> helping) {
        Runnable dismiss =
                units > 1 ? IdleProcessors.help(() -> help(segments, helping)) : () -> {};
        try {
            for (int unit = take(); unit != NONE; unit = take()) {
                deliver(unit, mine.work(unit));
            }
            mine.end();
        } catch (SearchStoppedException e) {
            if (!over) {
                throw e;
            }
            // The helper delivered the last unit while it was being taken over.
            LOG.log(Level.TRACE, "taken over in vain", e);
        } finally {
            leave();
            dismiss.run();
        }
    }

    private void help(SegmentSet segments, Supplier<Worker> helping) {
        if (over || !segments.tryRetain()) {
            return;
        }
        try {
            Worker worker = helping.get();
            for (int unit = takeToHelp(); unit != NONE; unit = takeToHelp()) {
                deliver(unit, worker.work(unit));
            }
            worker.end();
        } catch (SearchStoppedException nobodyWaits) {
            LOG.log(Level.TRACE, "a helper was left behind", nobodyWaits);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "a search could not be helped and does its work alone", e);
        } finally {
            segments.release();
        }
    }

    private synchronized int take() {
        return next < units ? next++ : helped;
    }

    private synchronized int takeToHelp() {
        helped = over || next == units ? NONE : next++;
        return helped;
    }

    /** What is taken over is the last that is missing: delivered by one, it ends the work. */
    private synchronized void deliver(int unit, Runnable publish) {
        if (!over) {
            helped = unit == helped ? NONE : helped;
            publish.run();
            delivered++;
            over = delivered == units;
        }
    }

    private synchronized void leave() {
        over = true;
    }
}
