package io.moraine.storage.internal.wal;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.Condition;

/**
 * Writes and forces logs on the caller's thread, when a seed says so; whoever waits for a log does
 * its work. For tests of what stands above the log.
 */
public final class RandomWorkers implements WalWorkers {

    private final List<Wal> wals = new ArrayList<>();
    private final Random random;
    private long nanos;

    public RandomWorkers(Random random) {
        this.random = random;
    }

    @Override
    public void add(Wal wal) {
        wals.add(wal);
    }

    @Override
    public void remove(Wal wal) {
        wals.remove(wal);
    }

    @Override
    public void appended(boolean filling) {
        nanos += 1_000_000;
        if (random.nextInt(8) == 0) {
            wals.forEach(Wal::writeStep);
        }
        if (random.nextInt(16) == 0) {
            wals.forEach(Wal::syncStep);
        }
    }

    @Override
    public void wakeWriter() {}

    @Override
    public void wakeSyncer() {}

    @Override
    public void await(Wal wal, Condition progress, long nanos) {
        this.nanos += 1_000_000;
        wal.writeStep();
        wal.syncStep();
    }

    @Override
    public long nanoTime() {
        return nanos;
    }
}
