package io.moraine.storage.internal.wal;

import static io.moraine.storage.internal.wal.WalTest.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.file.SimDisk;
import io.moraine.storage.internal.wal.WalRecoveryReport.Ending;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the log does while the disk misbehaves and the process lives on. */
class WalFaultTest {

    private final SomeOperations operations = new SomeOperations(100);

    @AfterEach
    void close() {
        operations.close();
    }

    @Test
    void d12StallsOnAFullDiskAndResumesByItself() throws IOException {
        LogOnSimDisk log = log();
        log.append(0, 10);
        log.wal.sync();
        log.disk.faults().capacity(log.disk.usedBytes() + 500);
        log.append(10, 30);
        log.write();
        assertEquals(WalState.STALLED, log.wal.state());
        assertTrue(log.wal.detail().contains("No space left"), log.wal.detail());
        WalStalledException refused =
                assertThrows(
                        WalStalledException.class, () -> log.wal.append(30, 1, operations.of(30)));
        assertEquals(WalState.STALLED, refused.state());
        assertThrows(WalStalledException.class, log.wal::sync);
        assertEquals(10, log.wal.durable());

        log.disk.faults().capacity(Long.MAX_VALUE);
        log.workers.pass(2_000_000_000L);
        log.write();
        assertEquals(WalState.OPEN, log.wal.state());
        log.append(30, 40);
        log.wal.close();
        assertEquals(Ending.CLEAN, log.replay(0).ending());
        assertEquals(range(0, 40), operations.replayed);
    }

    @Test
    void d12LosesNothingAtAnyCapacity() throws IOException {
        for (int room = 0; room < 6000; room += 61) {
            LogOnSimDisk log = new LogOnSimDisk(2048, operations);
            log.disk.faults().capacity(room);
            log.append(0, 20);
            log.write();
            log.disk.faults().capacity(Long.MAX_VALUE);
            log.workers.pass(2_000_000_000L);
            log.write();
            assertEquals(WalState.OPEN, log.wal.state(), "room=" + room);
            log.append(20, 25);
            log.wal.close();
            assertEquals(Ending.CLEAN, log.replay(0).ending(), "room=" + room);
            assertEquals(range(0, 25), operations.replayed, "room=" + room);
        }
    }

    @Test
    void d18WritesWholeFramesThroughShortWrites() throws IOException {
        LogOnSimDisk log = log();
        log.disk.faults().shortWrites(5);
        log.append(0, 200);
        log.wal.close();
        assertEquals(Ending.CLEAN, log.replay(0).ending());
        assertEquals(range(0, 200), operations.replayed);
    }

    @Test
    void pausesLongerAfterEachFailedWrite() throws IOException {
        LogOnSimDisk log = log();
        log.append(0, 1);
        log.disk.faults().failWrites(WalFaultTest::isLog, 3);
        log.write();
        assertEquals(10_000_000, log.wal.nanosUntilWrite());
        log.workers.pass(10_000_000);
        log.write();
        assertEquals(20_000_000, log.wal.nanosUntilWrite());
        log.write();
        assertEquals(20_000_000, log.wal.nanosUntilWrite());
        log.workers.pass(20_000_000);
        log.write();
        log.workers.pass(40_000_000);
        log.write();
        assertEquals(WalState.OPEN, log.wal.state());
    }

    @ParameterizedTest
    @ValueSource(longs = {512, 2048, 1 << 20})
    void d09WritesAgainWhatAFailedSyncLeftInDoubt(long fileBytes) throws IOException {
        LogOnSimDisk log = new LogOnSimDisk(fileBytes, operations);
        log.append(0, 10);
        log.wal.sync();
        List<Path> before = log.files();
        log.append(10, 30);
        log.write();
        log.disk.faults().failForces(WalFaultTest::isLog, 1, false);
        log.wal.sync();
        assertEquals(30, log.wal.durable());
        assertEquals(WalState.OPEN, log.wal.state());
        assertFalse(log.files().equals(before));
        log.append(30, 40);
        log.wal.sync();
        for (long seed = 0; seed < 20; seed++) {
            assertEquals(40, LogOnSimDisk.replay(log.disk.crash(seed), 0, operations).nextOffset());
            assertEquals(range(0, 40), operations.replayed);
        }
    }

    @Test
    void d09StandsStillUntilACheckpointWhenTheCacheWasDropped() throws IOException {
        LogOnSimDisk log = log();
        log.append(0, 10);
        log.wal.sync();
        log.append(10, 30);
        log.write();
        log.disk.faults().failForces(WalFaultTest::isLog, 1, true);
        assertThrows(WalStalledException.class, log.wal::sync);
        assertTrue(log.wal.wantsCheckpoint());
        assertEquals(WalState.OPEN, log.wal.state());
        assertEquals(10, log.wal.durable());
        log.append(30, 40);
        assertThrows(WalStalledException.class, log.wal::sync);
        log.write();
        assertEquals(10, log.wal.durable());

        for (long seed = 0; seed < 20; seed++) {
            SimDisk crashed = log.disk.crash(seed);
            WalRecoveryReport early = LogOnSimDisk.replay(crashed, 0, operations);
            assertEquals(10, early.nextOffset());
            assertEquals(range(0, 10), operations.replayed);
        }
        log.wal.durableElsewhere(30);
        assertFalse(log.wal.wantsCheckpoint());
        log.wal.sync();
        assertEquals(40, log.wal.durable());
        for (long seed = 0; seed < 20; seed++) {
            WalRecoveryReport late = LogOnSimDisk.replay(log.disk.crash(seed), 30, operations);
            assertEquals(40, late.nextOffset());
            assertEquals(range(30, 40), operations.replayed);
        }
    }

    @Test
    void d09FailsAfterThreeFailedSyncsInARow() throws IOException {
        LogOnSimDisk log = log();
        log.append(0, 10);
        log.wal.sync();
        log.append(10, 20);
        log.disk.faults().failForces(WalFaultTest::isLog, 3, false);
        WalStalledException failed =
                assertThrows(
                        WalStalledException.class,
                        () -> {
                            for (int attempt = 0; attempt < 10; attempt++) {
                                trySync(log);
                            }
                            log.wal.append(20, 1, operations.of(20));
                        });
        assertEquals(WalState.FAILED, failed.state());
        assertEquals(10, log.wal.durable());
        log.wal.close();
        WalRecoveryReport report = log.replay(0);
        assertTrue(report.nextOffset() >= 10, report.toString());
    }

    @Test
    void d09LeavesNothingBehindThatALaterProcessWouldTrust() throws IOException {
        for (int failures = 3; failures < 5; failures++) {
            LogOnSimDisk log = log();
            log.append(0, 10);
            log.wal.sync();
            log.append(10, 20);
            log.disk.faults().failForces(WalFaultTest::isLog, failures, false);
            for (int attempt = 0; attempt < 10; attempt++) {
                trySync(log);
            }
            assertEquals(WalState.FAILED, log.wal.state());
            log.disk.faults().clear();
            // The process ends; the cache, where the frames still were, does not.
            long trusted = log.replay(0).nextOffset();
            for (long seed = 0; seed < 20; seed++) {
                long left = LogOnSimDisk.replay(log.disk.crash(seed), 0, operations).nextOffset();
                assertEquals(trusted, left, "seed=" + seed);
            }
        }
    }

    @Test
    void d09SurvivesTwoFailedSyncsInARow() throws IOException {
        LogOnSimDisk log = log();
        log.append(0, 10);
        log.disk.faults().failForces(WalFaultTest::isLog, 2, false);
        for (int attempt = 0; attempt < 5; attempt++) {
            trySync(log);
        }
        assertEquals(WalState.OPEN, log.wal.state());
        assertEquals(10, log.wal.durable());
    }

    @Test
    void d09NeverForcesAPoisonedFileAgain() throws IOException {
        LogOnSimDisk log = log();
        log.append(0, 10);
        log.write();
        Path poisoned = log.files().getFirst();
        log.disk.faults().failForces(WalFaultTest::isLog, 1, false);
        log.wal.sync();
        log.disk.faults().failForces(poisoned::equals, Integer.MAX_VALUE, false);
        log.append(10, 20);
        log.wal.sync();
        assertEquals(20, log.wal.durable());
    }

    @Test
    void d10FailsWhenTheDirectoryCannotBeForced() throws IOException {
        LogOnSimDisk log = log();
        log.append(0, 10);
        log.disk.faults().failDirectorySyncs(1);
        assertThrows(WalStalledException.class, log.wal::sync);
        assertEquals(WalState.FAILED, log.wal.state());
        assertEquals(0, log.wal.durable());
    }

    @Test
    void stallsAndResumesWhileItWritesAgain() throws IOException {
        LogOnSimDisk log = log();
        log.append(0, 10);
        log.write();
        log.disk.faults().failForces(WalFaultTest::isLog, 1, false);
        log.disk.faults().failWrites(WalFaultTest::isLog, 2);
        assertThrows(WalStalledException.class, log.wal::sync);
        assertEquals(WalState.STALLED, log.wal.state());
        log.workers.pass(2_000_000_000L);
        log.wal.syncStep();
        log.workers.pass(2_000_000_000L);
        log.wal.syncStep();
        assertEquals(WalState.OPEN, log.wal.state());
        assertEquals(10, log.wal.durable());
    }

    private static void trySync(LogOnSimDisk log) {
        log.workers.pass(2_000_000_000L);
        try {
            log.wal.sync();
        } catch (WalStalledException expected) {
            log.workers.pass(2_000_000_000L);
            log.wal.syncStep();
        }
    }

    private static boolean isLog(Path path) {
        return path.toString().endsWith(".log");
    }

    private LogOnSimDisk log() throws IOException {
        return new LogOnSimDisk(1 << 20, operations);
    }
}
