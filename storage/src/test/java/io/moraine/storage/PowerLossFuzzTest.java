package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.SimDisk;
import io.moraine.storage.internal.file.SimFaults.PowerFailure;
import io.moraine.storage.internal.merge.MergePolicy;
import io.moraine.storage.internal.segment.ArenaReaper;
import io.moraine.storage.internal.segment.ChunkPool;
import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.internal.segment.Seeds;
import io.moraine.storage.internal.shard.LiveShard;
import io.moraine.storage.internal.shard.Maintenance;
import io.moraine.storage.internal.shard.ShardConfig;
import io.moraine.storage.internal.shard.ShardEnvironment;
import io.moraine.storage.internal.shard.ShardRecovery;
import io.moraine.storage.internal.wal.RandomWorkers;
import io.moraine.storage.internal.wal.WalConfig;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Whole shards on a disk that loses power (catalogue D03, D04), or refuses writes and syncs (D10,
 * D12, D18). All on one thread, in an order that the seed decides.
 */
class PowerLossFuzzTest {

    private static final Path DIRECTORY = Path.of("/shard");
    private static final FileOwner OWNER =
            new FileOwner(
                    TestStore.SHARD.collection(),
                    TestStore.SHARD.topic(),
                    TestStore.SHARD.partition());
    private static final ScriptedLog LOG =
            new ScriptedLog(CollectionSchema.single(64, Distance.EUCLID), 50);
    private static final int SABOTAGED_LIVES_MAX = Integer.getInteger("sabotaged", 400);
    private static final int CASES = Integer.getInteger("cases", 150);

    private final ArenaReaper reaper = new ArenaReaper();
    private final Operations operations = new Operations(LOG.schema());
    private final Tasks tasks = new Tasks();

    private Sabotage sabotage = Sabotage.NOTHING;

    /** What happens in the middle of seals and merges. */
    private Runnable meanwhile = () -> {};

    /** Seals and merges that wait for their turn. */
    private static final class Tasks implements Maintenance {
        private final Queue<Runnable> waiting = new ArrayDeque<>();

        @Override
        public void add(LiveShard shard) {}

        @Override
        public void remove(LiveShard shard) {}

        @Override
        public void seal(Runnable task) {
            waiting.add(task);
        }

        @Override
        public void index(Runnable task) {
            waiting.add(task);
        }

        @Override
        public void merge(Runnable task) {
            waiting.add(task);
        }

        void runOne() {
            Runnable task = waiting.poll();
            if (task != null) {
                task.run();
            }
        }
    }

    @AfterEach
    void close() {
        operations.close();
        reaper.close();
    }

    @Test
    @DisplayName(
            "D03, D04, X05: after a power loss, also while recovering, sealing or merging, the"
                    + " state is a prefix with all that was durable")
    void afterAPowerLossTheStateIsAPrefixWithAllThatWasDurable() throws IOException {
        Random random = Seeds.random("power");
        for (int i = 0; i < CASES; i++) {
            live(new Random(random.nextLong()));
        }
    }

    @Test
    @DisplayName(
            "D10, D13: a seal or merge whose writes or syncs fail changes nothing and is tried"
                    + " again")
    void aFailedSealChangesNothingAndIsTriedAgain() throws IOException {
        Random random = Seeds.random("seal");
        SimDisk disk = new SimDisk();
        Shard shard = open(disk, random);
        long offset = write(shard, 0, 100);
        for (String kind : new String[] {"seg-", "MANIFEST"}) {
            offset = write(shard, offset, offset + 30);
            disk.faults().failForces(path -> path.toString().contains(kind), 1, false);
            assertThrows(StorageException.class, shard::checkpoint);
            LOG.check(shard);
            assertEquals(ShardStatus.State.OPEN, shard.status().state());
            assertTrue(shard.status().detail().contains("sealing failed"));
            offset = write(shard, offset, offset + 30);
            disk.faults().failWrites(path -> path.toString().contains(kind), 1);
            assertThrows(StorageException.class, shard::checkpoint);
            offset = write(shard, offset, offset + 30);
            shard.checkpoint();
            assertEquals("", shard.status().detail());
            assertEquals(offset, shard.durableOffset());
            LOG.check(shard);
        }
        shard.live().abandon();
        LOG.check(open(disk.crash(random.nextLong()), random));
    }

    @Test
    @DisplayName("D06: a damaged manifest costs a longer replay only")
    void aDamagedManifestCostsALongerReplayOnly() throws IOException {
        Random random = Seeds.random("manifest");
        SimDisk disk = new SimDisk();
        Shard shard = open(disk, random);
        for (int i = 0; i < 8; i++) {
            write(shard, i * 100L, i * 100L + 100);
            shard.checkpoint();
            shard.merge();
        }
        write(shard, 800, 830);
        shard.sync();
        shard.live().abandon();
        Path newest =
                disk.list(DIRECTORY).stream()
                        .map(entry -> DIRECTORY.resolve(entry.name()))
                        .filter(path -> path.toString().contains("MANIFEST"))
                        .max(Comparator.naturalOrder())
                        .orElseThrow();
        byte[] content = disk.content(newest);
        content[content.length / 2] ^= 4;
        disk.corrupt(newest, content);
        Shard again = open(disk, random);
        assertEquals(830, again.appliedOffset());
        LOG.check(again);
        again.checkpoint();
        again.live().close();
        LOG.check(open(disk, random));
    }

    @Test
    @DisplayName("D12, D13: a full disk stops sealing until there is room")
    void aFullDiskStopsSealingUntilThereIsRoom() throws IOException {
        Random random = Seeds.random("full");
        SimDisk disk = new SimDisk();
        Shard shard = open(disk, random);
        long offset = write(shard, 0, 200);
        shard.sync();
        for (long room = 0; room < 4_000; room += 450) {
            disk.faults().capacity(disk.usedBytes() + room);
            assertThrows(StorageException.class, shard::checkpoint);
            LOG.check(shard);
        }
        disk.faults().clear();
        shard.checkpoint();
        offset = write(shard, offset, offset + 50);
        LOG.check(shard);
        shard.live().close();
        assertEquals(offset, open(disk, random).appliedOffset());
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
            tasks.waiting.clear();
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
            write(shard, shard.appliedOffset(), shard.appliedOffset() + random.nextInt(12));
            meanwhile = task;
        }
    }

    private void work(Shard shard, Random random, long[] durable) {
        for (int i = 0; i < 400; i++) {
            LOG.write(shard, operations, shard.appliedOffset());
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

    private long write(Shard shard, long from, long to) {
        for (long offset = from; offset < to; offset++) {
            LOG.write(shard, operations, offset);
        }
        return to;
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
            tasks.waiting.clear();
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
        ShardEnvironment environment =
                new ShardEnvironment(
                        InterruptedIo.wrap(disk, () -> meanwhile.run()),
                        new RandomWorkers(random),
                        tasks,
                        reaper,
                        ChunkPool.keepingNothing(),
                        () -> new UUID(random.nextLong(), random.nextLong()),
                        InstantSource.system(),
                        "test");
        WalConfig wal =
                new WalConfig(
                        WalConfig.Sync.INTERVAL, 5, 2_000, 4_000, 1_000, 1 << 14, 5_000, 1, 10);
        ShardConfig config =
                new ShardConfig(
                        wal,
                        1 << 20,
                        40,
                        1_000_000,
                        4 << 20,
                        new MergePolicy(2, 8, 1, 1L << 30, 0.5),
                        20);
        LiveShard live = ShardRecovery.open(environment, config, DIRECTORY, OWNER, LOG.schema());
        return new Shard(TestStore.SHARD, live);
    }
}
