package io.moraine.storage.internal.wal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.file.SimDisk;
import io.moraine.storage.internal.file.SimFaults.PowerFailure;
import io.moraine.storage.internal.wal.WalConfig.Sync;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Log and manifest under random work, random faults and power failures at any step, also during
 * recovery (D03, D04, D09, D10, D12, D18). After each failure the shard must open without help and
 * hold a prefix of what was appended, at least up to the durable offset.
 *
 * <p>Run one seed again with {@code -Dseed=…}, more of them with {@code -Drounds=…}.
 */
class WalCrashFuzzTest {

    private static final Logger LOGGER = Logger.getLogger("io.moraine.storage.wal");
    private static final List<Sync> SYNCS = List.of(Sync.BATCH, Sync.INTERVAL, Sync.OS);
    private static final int ROUNDS = Integer.getInteger("rounds", 400);
    private static final int CRASHES = 4;
    private static final int STEPS_MAX = 40;

    /** What was promised before the power failed. */
    private record Promise(long durable, long appended) {}

    @BeforeAll
    static void silence() {
        LOGGER.setLevel(Level.OFF);
    }

    @AfterAll
    static void speak() {
        LOGGER.setLevel(null);
    }

    @Test
    void d03KeepsAPrefixUpToTheDurableOffsetThroughPowerFailures() {
        Long given = Long.getLong("seed");
        long first = given == null ? System.nanoTime() : given;
        int rounds = given == null ? ROUNDS : 1;
        for (int i = 0; i < rounds; i++) {
            long seed = first + i;
            try {
                run(seed);
            } catch (IOException | RuntimeException | AssertionError failed) {
                throw new AssertionError("replay with -Dseed=" + seed, failed);
            }
        }
    }

    private static void run(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        WalConfig config =
                new WalConfig(
                        SYNCS.get(random.nextInt(3)),
                        5,
                        1 << 12,
                        512L << random.nextInt(6),
                        random.nextInt(3) * 700L,
                        1 << 14,
                        50,
                        10,
                        100);
        try (SomeOperations operations = new SomeOperations(300)) {
            SimDisk disk = new SimDisk();
            Promise promise = new Promise(0, 0);
            for (int crash = 0; crash < CRASHES; crash++) {
                SimShard shard = recover(disk, config, operations, random);
                check(shard, promise);
                promise = work(shard, random);
                disk = end(shard.disk, !isInDoubt(shard), random);
            }
            check(recover(disk, config, operations, random), promise);
        }
    }

    /** Whether frames of a failed sync were neither written again nor cut off. */
    private static boolean isInDoubt(SimShard shard) {
        boolean givenUp =
                shard.log.wal.state() == WalState.FAILED && !shard.disk.faults().powerFailed();
        return shard.log.wal.hasFramesInDoubt() && !givenUp;
    }

    /**
     * The power fails, or only the process: then what it wrote is still in the cache. The latter
     * not while frames of a failed sync wait to be written again: the next process would find them
     * in the cache and could not know that the device will never have them.
     */
    private static SimDisk end(SimDisk disk, boolean mayBeProcessOnly, SplittableRandom random) {
        if (mayBeProcessOnly && random.nextInt(3) == 0) {
            disk.faults().clear();
            return disk;
        }
        return disk.crash(random.nextLong());
    }

    private static void check(SimShard shard, Promise promise) {
        long next = shard.log.wal.appended();
        assertTrue(
                next >= promise.durable(),
                "lost: " + next + " after " + promise + ": " + shard.report);
        assertTrue(
                next <= promise.appended(),
                "ghost: " + next + " after " + promise + ": " + shard.report);
    }

    /** Opens a shard, with up to three power failures meanwhile. */
    private static SimShard recover(
            SimDisk disk, WalConfig config, SomeOperations operations, SplittableRandom random)
            throws IOException {
        SimDisk current = disk;
        for (int nested = 0; nested < 3; nested++) {
            if (random.nextBoolean()) {
                break;
            }
            SimDisk trial = end(current, true, random);
            trial.faults().failPowerAt(trial.faults().steps() + 1 + random.nextInt(12));
            try {
                new SimShard(trial, config, operations, random.nextLong());
                trial.faults().clear();
            } catch (PowerFailure expected) {
                assertTrue(trial.faults().powerFailed());
            }
            current = trial.crash(random.nextLong());
        }
        return new SimShard(current, config, operations, random.nextLong());
    }

    /** Does random things until the power fails, and returns what was promised until then. */
    private static Promise work(SimShard shard, SplittableRandom random) {
        Wal wal = shard.log.wal;
        if (random.nextBoolean()) {
            shard.disk.faults().failPowerAt(shard.disk.faults().steps() + 1 + random.nextInt(120));
        }
        int steps = random.nextInt(STEPS_MAX);
        for (int i = 0; i < steps && !shard.disk.faults().powerFailed(); i++) {
            @Nullable Throwable refused = step(shard, random);
            if (refused instanceof PowerFailure) {
                break;
            }
        }
        return new Promise(wal.durable(), wal.appended());
    }

    /** Returns what was thrown, which is no fault while the disk misbehaves. */
    private static @Nullable Throwable step(SimShard shard, SplittableRandom random) {
        Wal wal = shard.log.wal;
        StepWorkers workers = shard.log.workers;
        workers.pass(random.nextLong(200_000_000));
        try {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> shard.append(random.nextInt(10));
                case 4, 5 -> workers.write(wal);
                case 6 -> wal.syncStep();
                case 7 -> wal.sync();
                case 8 -> shard.checkpoint(new UUID(random.nextLong(), random.nextLong()));
                case 9, 10 -> disturb(shard, random);
                default -> shard.disk.faults().clearExceptPower();
            }
            return null;
        } catch (IOException | PowerFailure refused) {
            return refused;
        }
    }

    private static void disturb(SimShard shard, SplittableRandom random) {
        SimDisk disk = shard.disk;
        switch (random.nextInt(7)) {
            case 0 -> disk.faults().failWrites(any -> true, 1 + random.nextInt(3));
            case 1 -> disk.faults().failForces(WalCrashFuzzTest::isLog, 1, false);
            case 2 -> disk.faults().failForces(any -> true, 1 + random.nextInt(2), true);
            case 3 -> disk.faults().capacity(disk.usedBytes() + random.nextInt(3000));
            case 4 -> disk.faults().shortWrites(random.nextLong());
            case 5 -> disk.faults().duringForce(() -> appendAndWrite(shard));
            default -> disk.faults().failDirectorySyncs(random.nextInt(4) == 0 ? 1 : 0);
        }
    }

    private static void appendAndWrite(SimShard shard) {
        try {
            shard.append(5);
            shard.log.write();
        } catch (IOException refused) {
            assertTrue(shard.log.wal.state() != WalState.CLOSED, refused.toString());
        }
    }

    private static boolean isLog(Path path) {
        return path.toString().endsWith(".log");
    }
}
