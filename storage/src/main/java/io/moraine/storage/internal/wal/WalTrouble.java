package io.moraine.storage.internal.wal;

import java.io.IOException;
import java.util.concurrent.locks.Condition;

/**
 * What a log does about a disk that does not take it: pauses, writes anew what a failed sync left
 * in doubt, or gives up. Every method under the lock of the {@link Wal}; whoever waits for the log
 * is told.
 */
final class WalTrouble {

    private final WalLog log;
    private final WalHealth health;
    private final WalWorkers workers;
    private final Condition progress;

    /**
     * @param progress told whenever something changed
     */
    WalTrouble(WalLog log, WalHealth health, WalWorkers workers, Condition progress) {
        this.log = log;
        this.health = health;
        this.workers = workers;
        this.progress = progress;
    }

    /** A sync failed: what it should have made safe is written anew, or given up. */
    void poisoned(Throwable failed) {
        boolean hopeless =
                !(failed instanceof IOException)
                        || failed instanceof WalLog.DirectoryForceFailedException;
        if (hopeless || !log.poison()) {
            giveUp(failed);
        } else if (!health.isOver()) {
            stall("the log cannot be forced to the device", failed);
            rewritePoisoned();
        }
    }

    /** Writes anew what a failed sync left in doubt; tried again with pauses while that fails. */
    void rewritePoisoned() {
        try {
            boolean complete = log.rewritePoisoned();
            resumed();
            if (!complete) {
                health.remark(
                        "frames up to offset %d were lost to a failed sync; waiting for a checkpoint"
                                .formatted(log.holeEnd()));
                WalLogger.lost(log.directory(), log.durable(), log.holeEnd());
            }
            progress.signalAll();
            workers.wakeWriter();
        } catch (WalLog.ForceFailedException failed) {
            poisonedAgain(failed);
        } catch (WalLog.DirectoryForceFailedException failed) {
            giveUp(failed);
        } catch (IOException failed) {
            stall("the log cannot be written", failed);
        } catch (RuntimeException | Error defect) {
            fail("rewriting the log ended unexpectedly", defect);
        }
    }

    private void poisonedAgain(WalLog.ForceFailedException failed) {
        if (log.poison()) {
            stall("the log cannot be forced to the device", failed);
        } else {
            giveUp(failed);
        }
    }

    private void giveUp(Throwable failed) {
        if (failed instanceof IOException && !health.isOver()) {
            log.giveUp();
        }
        fail("the log cannot be forced to the device", failed);
    }

    /** Pauses before the next attempt. */
    void stall(String what, Throwable failed) {
        health.stall(what, failed, workers.nanoTime());
        progress.signalAll();
    }

    /** The disk takes what it is given again. */
    void resumed() {
        health.resume();
        progress.signalAll();
    }

    /** Ends the log until the shard is opened again. */
    void fail(String what, Throwable failed) {
        health.fail(what, failed);
        progress.signalAll();
    }
}
