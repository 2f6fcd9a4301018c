package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.file.SimDisk;
import io.moraine.storage.internal.segment.Seeds;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Operations in the middle of seals, merges and index builds: at each step of each of them that
 * touches a file of a segment or a manifest, points are updated and deleted.
 */
class MeanwhileTest {

    private static final ScriptedLog LOG = ShardsOnSimDisk.LOG;

    /** Enough for each of the fifty points to be updated or deleted about twice. */
    private static final int OPERATIONS = 120;

    private final ShardsOnSimDisk shards = new ShardsOnSimDisk();

    /** What is interrupted. */
    private enum Work {
        SEAL,
        MERGE,
        INDEX
    }

    @AfterEach
    void close() {
        shards.close();
    }

    @Test
    @DisplayName("X05: updates and deletes at each step of a seal, a merge and an index build win")
    void x05_updatesAndDeletesAtEachStepOfSealsMergesAndIndexBuildsWin() throws IOException {
        Random random = Seeds.random("meanwhile");
        int orders = 0;
        for (Work work : Work.values()) {
            int step = 0;
            while (interrupted(work, step, random)) {
                step++;
            }
            assertTrue(step >= 3, work + " has steps: " + step);
            orders += step;
        }
        System.out.println("X05 orders: " + orders);
    }

    /** Returns false when the work had fewer steps. */
    private boolean interrupted(Work work, int at, Random random) throws IOException {
        SimDisk disk = new SimDisk();
        Runnable[] meanwhile = {() -> {}};
        Shard shard = shards.open(InterruptedIo.wrap(disk, () -> meanwhile[0].run()), random);
        shards.write(shard, 0, 60);
        shard.checkpoint();
        shards.write(shard, 60, 120);
        if (work == Work.MERGE) {
            shard.checkpoint();
        }
        int[] steps = {0};
        meanwhile[0] =
                () -> {
                    if (steps[0]++ == at) {
                        shards.write(shard, 120, 120 + OPERATIONS);
                        LOG.check(shard);
                    }
                };
        switch (work) {
            case SEAL -> shard.checkpoint();
            case MERGE -> shard.merge();
            case INDEX -> shard.live().indexAll();
        }
        meanwhile[0] = () -> {};
        if (steps[0] <= at) {
            shard.live().abandon();
            return false;
        }
        LOG.check(shard);
        shard.sync();
        shard.live().abandon();
        Shard again = shards.open(disk, random);
        assertEquals(120 + OPERATIONS, again.appliedOffset());
        LOG.check(again);
        again.live().abandon();
        return true;
    }
}
