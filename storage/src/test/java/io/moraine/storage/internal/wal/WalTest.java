package io.moraine.storage.internal.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.wal.WalRecoveryReport.Ending;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WalTest {

    private final SomeOperations operations = new SomeOperations(100);

    @AfterEach
    void close() {
        operations.close();
    }

    @Test
    void replaysWhatWasAppendedInItsOrder() throws IOException {
        LogOnSimDisk log = log(1 << 20);
        log.append(0, 100);
        log.wal.sync();
        log.wal.close();
        WalRecoveryReport report = log.replay(0);
        assertEquals(range(0, 100), operations.replayed);
        assertEquals(100, report.nextOffset());
        assertEquals(7, report.leaderEpoch());
        assertEquals(100, report.frames());
        assertEquals(Ending.CLEAN, report.ending());
    }

    @Test
    void makesNoFileBeforeTheFirstAppend() throws IOException {
        LogOnSimDisk log = log(1 << 20);
        log.write();
        assertEquals(List.of(), log.files());
    }

    @Test
    void replaysOnlyFramesAfterTheCheckpoint() throws IOException {
        LogOnSimDisk log = log(1 << 20);
        log.append(0, 100);
        log.wal.close();
        assertEquals(60, log.replay(40).frames());
        assertEquals(range(40, 100), operations.replayed);
        assertEquals(0, log.replay(100).frames());
    }

    @Test
    void keepsHolesBetweenOffsetsAndAdvances() throws IOException {
        LogOnSimDisk log = log(1 << 20);
        log.wal.append(10, 1, operations.of(10));
        log.wal.append(20, 1, operations.of(20));
        log.wal.advance(50, 2);
        log.wal.advance(50, 2);
        log.wal.advance(40, 2);
        log.wal.close();
        WalRecoveryReport report = log.replay(0);
        assertEquals(List.of(10L, 20L), operations.replayed);
        assertEquals(50, operations.next);
        assertEquals(50, report.nextOffset());
        assertEquals(3, report.frames());
        assertEquals(2, report.leaderEpoch());
    }

    @Test
    void refusesAnOffsetThatWasAppendedBefore() throws IOException {
        LogOnSimDisk log = log(1 << 20);
        log.append(5, 6);
        assertThrows(IllegalArgumentException.class, () -> log.wal.append(5, 1, operations.of(5)));
    }

    @Test
    void isDurableOnlyAfterASync() throws IOException {
        LogOnSimDisk log = log(1 << 20);
        log.append(0, 10);
        assertEquals(10, log.wal.appended());
        log.write();
        assertEquals(0, log.wal.durable());
        log.wal.sync();
        assertEquals(10, log.wal.durable());
    }

    @Test
    void doesNotCallDurableWhatWasWrittenDuringASync() throws IOException {
        for (long fileBytes : new long[] {512, 1 << 20}) {
            LogOnSimDisk log = log(fileBytes);
            log.append(0, 10);
            log.write();
            log.disk
                    .faults()
                    .duringForce(() -> {
                        appendUnchecked(log, 10, 20);
                        log.write();
                    });
            log.wal.sync();
            assertEquals(10, log.wal.durable());
            assertEquals(20, log.wal.appended());
            log.append(20, 30);
            log.wal.sync();
            for (long seed = 0; seed < 30; seed++) {
                WalRecoveryReport report = LogOnSimDisk.replay(log.disk.crash(seed), 0, operations);
                assertEquals(30, report.nextOffset(), "seed=" + seed);
            }
        }
    }

    private static void appendUnchecked(LogOnSimDisk log, long from, long to) {
        try {
            log.append(from, to);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void beginsANewFileWhenOneIsFull() throws IOException {
        LogOnSimDisk log = log(4096);
        log.append(0, 100);
        log.wal.sync();
        assertTrue(log.files().size() > 3, log.files().toString());
        for (Path file : log.files()) {
            assertTrue(log.disk.size(file) <= 4096, file.toString());
        }
        log.wal.close();
        assertEquals(Ending.CLEAN, log.replay(0).ending());
        assertEquals(range(0, 100), operations.replayed);
    }

    @Test
    void goesOnInANewFileAfterEachRecovery() throws IOException {
        LogOnSimDisk log = log(4096);
        long next = 0;
        for (int round = 0; round < 5; round++) {
            log.append(next, next + 20);
            next += 20;
            log.wal.close();
            WalRecoveryReport report = log.replay(0);
            assertEquals(range(0, next), operations.replayed);
            log =
                    new LogOnSimDisk(
                            log.disk, LogOnSimDisk.config(4096), operations, report, round + 2);
        }
    }

    @Test
    void deletesFilesBehindTheCheckpointOnly() throws IOException {
        LogOnSimDisk log = log(4096);
        log.append(0, 100);
        log.wal.sync();
        int before = log.files().size();
        log.wal.deleteBehind(50);
        assertTrue(log.files().size() < before);
        log.wal.close();
        assertEquals(50, log.replay(50).frames());
        assertEquals(range(50, 100), operations.replayed);
    }

    @Test
    void takesAFrameThatIsBiggerThanItsMemoryAndItsFiles() throws IOException {
        LogOnSimDisk log = log(4096);
        try (SomeOperations big = new SomeOperations(1 << 20)) {
            log.append(0, 5);
            for (long offset = 5; offset < 10; offset++) {
                log.wal.append(offset, 7, big.of(40_000 + offset));
            }
            log.append(10, 20);
            log.wal.close();
            List<Long> seen = new java.util.ArrayList<>();
            WalRecovery.replay(
                    log.disk,
                    LogOnSimDisk.DIRECTORY,
                    LogOnSimDisk.OWNER,
                    0,
                    new ReplayHandler() {
                        @Override
                        public void operation(
                                long offset,
                                int leaderEpoch,
                                io.moraine.storage.model.OperationView operation) {
                            seen.add(offset);
                            boolean isBig = offset >= 5 && offset < 10;
                            (isBig ? big : operations)
                                    .operation(
                                            isBig ? 40_000 + offset : offset,
                                            leaderEpoch,
                                            operation);
                        }

                        @Override
                        public void advance(long nextOffset, int leaderEpoch) {}
                    });
            assertEquals(range(0, 20), seen);
        }
    }

    @Test
    void waitsForRoomAndThenSaysThatTheDiskIsTooSlow() throws IOException {
        LogOnSimDisk log = log(1 << 20);
        WalWorkers stuck = new StuckWorkers();
        Wal wal =
                Wal.open(
                        log.disk,
                        LogOnSimDisk.DIRECTORY,
                        LogOnSimDisk.OWNER,
                        LogOnSimDisk.config(1 << 20),
                        WalRecoveryReport.nothing(0),
                        stuck,
                        log.uuids);
        WalStalledException slow =
                assertThrows(
                        WalStalledException.class,
                        () -> {
                            for (long offset = 0; offset < 10_000; offset++) {
                                wal.append(offset, 1, operations.of(offset));
                            }
                        });
        assertEquals(WalState.OPEN, slow.state());
        assertTrue(String.valueOf(slow.getMessage()).contains("too slow"), slow.toString());
        assertTrue(wal.appended() > 100);
    }

    @Test
    void countsWhatIsDurableElsewhere() throws IOException {
        LogOnSimDisk log = log(1 << 20);
        log.append(0, 10);
        log.wal.durableElsewhere(7);
        assertEquals(7, log.wal.durable());
        log.wal.durableElsewhere(3);
        assertEquals(7, log.wal.durable());
    }

    @Test
    void goesOnBehindACheckpointThatIsAheadOfTheLog() throws IOException {
        LogOnSimDisk log = log(1 << 20);
        log.append(0, 10);
        log.wal.close();
        WalRecoveryReport report = log.replay(30);
        assertEquals(30, report.nextOffset());
        LogOnSimDisk again =
                new LogOnSimDisk(log.disk, LogOnSimDisk.config(1 << 20), operations, report, 9);
        again.append(30, 40);
        again.wal.close();
        assertEquals(40, again.replay(30).nextOffset());
        assertEquals(range(30, 40), operations.replayed);
    }

    @Test
    void takesNothingAfterItWasClosed() throws IOException {
        LogOnSimDisk log = log(1 << 20);
        log.wal.close();
        log.wal.close();
        assertThrows(WalStalledException.class, () -> log.wal.append(0, 1, operations.of(0)));
        assertFalse(log.wal.wantsCheckpoint());
    }

    private LogOnSimDisk log(long fileBytes) throws IOException {
        return new LogOnSimDisk(fileBytes, operations);
    }

    static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    /** Nobody works, but the clock moves. */
    private static final class StuckWorkers implements WalWorkers {
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
        public void await(Wal wal, java.util.concurrent.locks.Condition progress, long nanos) {
            this.nanos += 100_000_000;
        }

        @Override
        public long nanoTime() {
            return nanos;
        }
    }
}
