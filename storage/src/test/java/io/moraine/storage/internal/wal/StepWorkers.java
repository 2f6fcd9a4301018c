package io.moraine.storage.internal.wal;

import java.util.concurrent.locks.Condition;

/**
 * Writes and forces only when told to, on the caller's thread, so that a test decides the order of
 * everything. Whoever waits lends a hand. Its clock moves when somebody waits.
 */
final class StepWorkers implements WalWorkers {

    private long nanos;

    @Override
    public void add(Wal wal) {}

    @Override
    public void remove(Wal wal) {}

    @Override
    public void appended(boolean filling) {}

    @Override
    public void wakeWriter() {}

    @Override
    public void wakeSyncer() {}

    @Override
    public void await(Wal wal, Condition progress, long nanos) {
        pass(1_000_000);
        write(wal);
        wal.syncStep();
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    void pass(long nanos) {
        this.nanos += nanos;
    }

    /** Writes everything that waits, if the disk takes it. */
    void write(Wal wal) {
        while (wal.writeStep() == Wal.Step.MORE) {
            pass(1);
        }
    }
}
