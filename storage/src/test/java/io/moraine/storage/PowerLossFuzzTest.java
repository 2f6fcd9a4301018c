package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.file.SimDisk;
import io.moraine.storage.internal.file.SimFaults.PowerFailure;
import io.moraine.storage.internal.segment.Seeds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Whole shards on a disk that loses power (catalogue D03, D04), or refuses writes and syncs (D10,
 * D12, D18). All on one thread, in an order that the seed decides.
 */
class PowerLossFuzzTest {

    private static final ScriptedLog LOG = ShardsOnSimDisk.LOG;
    private static final int SABOTAGED_LIVES_MAX = Integer.getInteger("sabotaged", 400);
    private static final int CASES = Integer.getInteger("cases", 150);

    private final ShardsOnSimDisk shards = new ShardsOnSimDisk();
    private final ShardsOnSimDisk.Tasks tasks = shards.tasks();

    private Sabotage sabotage = Sabotage.NOTHING;

    /** What happens in the middle of seals and merges. */
    private Runnable meanwhile = () -> {};

    @AfterEach
    void close() {
        shards.close();
    }

    @Test
    @DisplayName(
            "D03, D04, X05: after a power loss, also while recovering, sealing or merging, the"
                    + " state is a prefix with all that was durable")
    void d03_d04_afterAPowerLossTheStateIsAPrefixWithAllThatWasDurable() throws IOException {
        Random random = Seeds.random("power");
        for (int i = 0; i < CASES; i++) {
            live(new Random(random.nextLong()));
        }
    }

    /** One shard's life: rounds of work, each ended by a power loss. */
    private void live(Random random) throws IOException {
        SimDisk disk = new SimDisk();
        if (random.nextBoolean()) {
            disk.faults().shortWrites(random.nextLong());
        }
        sabotage(disk);
        long durable = 0;
        for (int round = 0; round < 3; round++) {
            disk.faults().failPowerAt(disk.faults().steps() + 1 + random.nextInt(500));
            tasks.clear();
            long[] seen = {durable};
            try {
                Shard shard = open(disk, random);
                assertTrue(shard.appliedOffset() >= durable);
                LOG.check(shard);
                meanwhile = () -> writeSome(shard, random);
                work(shard, random, seen);
            } catch (PowerFailure expected) {
                assertTrue(disk.faults().powerFailed());
            } catch (StorageException noticed) {
                // The log's workers catch everything and report it by its state.
                assertTrue(disk.faults().powerFailed(), noticed::toString);
            }
            meanwhile = () -> {};
            durable = seen[0];
            if (disk.faults().powerFailed()) {
                disk = disk.crash(random.nextLong());
                sabotage(disk);
            }
        }
        disk.faults().clear();
        Shard last = open(disk, random);
        long recovered = last.appliedOffset();
        long promised = durable;
        assertTrue(recovered >= promised, () -> recovered + " < durable " + promised);
        LOG.check(last);
        last.live().abandon();
    }

    /** The writer goes on while files are written, and is not called from its own log's work. */
    private void writeSome(Shard shard, Random random) {
        if (random.nextInt(3) == 0) {
            Runnable task = meanwhile;
            meanwhile = () -> {};
            shards.write(shard, shard.appliedOffset(), shard.appliedOffset() + random.nextInt(12));
            meanwhile = task;
        }
    }

    private void work(Shard shard, Random random, long[] durable) {
        for (int i = 0; i < 400; i++) {
            LOG.write(shard, shards.operations(), shard.appliedOffset());
            durable[0] = shard.durableOffset();
            int dice = random.nextInt(100);
            if (dice < 10) {
                tasks.runOne();
            } else if (dice < 12) {
                long applied = shard.appliedOffset();
                shard.checkpoint();
                durable[0] = shard.durableOffset();
                assertTrue(durable[0] >= applied);
            } else if (dice < 13) {
                shard.merge();
            } else if (dice < 15) {
                shard.sync();
                durable[0] = shard.durableOffset();
            }
        }
    }

    /**
     * Breaks each rule of durability on purpose, one at a time, and counts those that the power
     * losses above bring to light; a rule whose breach stays unnoticed is not tested.
     */
    @Test
    @DisplayName("sabotage: each broken rule of durability turns the power-loss test red")
    void eachBrokenRuleIsCaught() throws IOException {
        Random random = Seeds.random("sabotage");
        List<String> report = new ArrayList<>();
        List<Sabotage> missed = new ArrayList<>();
        for (Sabotage each : Sabotage.values()) {
            if (each == Sabotage.NOTHING) {
                continue;
            }
            sabotage = Sabotage.NOTHING;
            live(new Random(random.nextLong()));
            sabotage = each;
            int lives = 0;
            boolean caught = false;
            while (!caught && lives < SABOTAGED_LIVES_MAX) {
                lives++;
                caught = turnsRed(new Random(random.nextLong()));
            }
            report.add(each + "=" + (caught ? lives : "missed"));
            if (!caught) {
                missed.add(each);
            }
        }
        sabotage = Sabotage.NOTHING;
        int total = Sabotage.values().length - 1;
        System.out.printf(
                "sabotage caught %d/%d, lives until then: %s%n",
                total - missed.size(), total, report);
        assertEquals(List.of(), missed);
    }

    private boolean turnsRed(Random random) {
        try {
            live(random);
            return false;
        } catch (IOException | RuntimeException | AssertionError red) {
            return true;
        } finally {
            meanwhile = () -> {};
            tasks.clear();
        }
    }

    /** A rule that is broken on purpose. */
    private enum Sabotage {
        NOTHING,
        /** Rules 7 and 11: the log is called durable without a sync. */
        LOG_NOT_FORCED,
        /** Rule 13: segment files are published without a sync. */
        SEGMENTS_NOT_FORCED,
        /** Rule 13: deaths are published without a sync. */
        DEATHS_NOT_FORCED,
        /** Rule 15: a manifest gets its name without a sync. */
        MANIFESTS_NOT_FORCED,
        /** Rules 13 and 15: names are relied on without a sync of their directory. */
        DIRECTORIES_NOT_FORCED,
        /** All of them at once. */
        NOTHING_FORCED
    }

    private void sabotage(SimDisk disk) {
        disk.faults()
                .ignoreForces(file -> {
                    String name = file.getFileName().toString();
                    return switch (sabotage) {
                        case NOTHING, DIRECTORIES_NOT_FORCED -> false;
                        case LOG_NOT_FORCED -> name.startsWith("wal-");
                        case SEGMENTS_NOT_FORCED -> name.startsWith("seg-");
                        case DEATHS_NOT_FORCED -> name.contains(".died-");
                        case MANIFESTS_NOT_FORCED -> name.startsWith("MANIFEST");
                        case NOTHING_FORCED -> true;
                    };
                });
        disk.faults().ignoreDirectorySyncs(sabotage == Sabotage.DIRECTORIES_NOT_FORCED);
    }

    private Shard open(SimDisk disk, Random random) throws IOException {
        return shards.open(InterruptedIo.wrap(disk, () -> meanwhile.run()), random);
    }
}
