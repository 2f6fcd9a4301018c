package io.moraine.storage.internal.wal;

import static io.moraine.storage.internal.wal.WalTest.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.file.DiskIo;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.SimDisk;
import io.moraine.storage.internal.file.StorageIo;
import io.moraine.storage.internal.wal.WalConfig.Sync;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Logs written and forced by their real threads. */
class WalThreadsTest {

    private static final FileOwner OWNER = LogOnSimDisk.OWNER;
    private static final int COUNT = 5_000;

    @TempDir Path temporary;

    @ParameterizedTest
    @EnumSource
    void servesSeveralLogsAtATime(Sync sync) throws Exception {
        StorageIo io = new DiskIo();
        try (WalThreads threads = new WalThreads()) {
            List<Thread> writers = new ArrayList<>();
            List<Throwable> failures = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Path directory = temporary.resolve("shard-" + i);
                writers.add(
                        Thread.ofPlatform()
                                .uncaughtExceptionHandler((thread, thrown) -> failures.add(thrown))
                                .start(() -> appendAll(io, directory, threads, sync)));
            }
            for (Thread writer : writers) {
                writer.join();
            }
            assertEquals(List.of(), failures);
        }
        for (int i = 0; i < 3; i++) {
            try (SomeOperations operations = new SomeOperations(2000)) {
                WalRecoveryReport report =
                        WalRecovery.replay(
                                io, temporary.resolve("shard-" + i), OWNER, 0, operations);
                assertEquals(COUNT, report.nextOffset());
                assertEquals(range(0, COUNT), operations.replayed);
            }
        }
    }

    private static void appendAll(StorageIo io, Path directory, WalThreads threads, Sync sync) {
        WalConfig config =
                new WalConfig(sync, 1, 1 << 16, 1 << 20, 1 << 18, 1 << 16, 60_000, 1, 10);
        try (SomeOperations operations = new SomeOperations(2000)) {
            io.createDirectories(directory);
            Wal wal =
                    Wal.open(
                            io,
                            directory,
                            OWNER,
                            config,
                            WalRecoveryReport.nothing(0),
                            threads,
                            UUID::randomUUID);
            for (long offset = 0; offset < COUNT; offset++) {
                wal.append(offset, 1, operations.of(offset));
                if (offset % 1000 == 999) {
                    wal.sync();
                    assertEquals(offset + 1, wal.durable());
                }
            }
            wal.close();
            assertEquals(COUNT, wal.durable());
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Sync.class,
            names = {"BATCH", "INTERVAL"})
    void becomesDurableByItself(Sync sync) throws Exception {
        WalConfig config = new WalConfig(sync, 1, 1, 1 << 20, 0, 1 << 16, 60_000, 1, 10);
        try (WalThreads threads = new WalThreads();
                SomeOperations operations = new SomeOperations(100)) {
            SimDisk disk = new SimDisk();
            disk.createDirectories(LogOnSimDisk.DIRECTORY);
            try (Wal wal = open(disk, config, threads)) {
                wal.append(0, 1, operations.of(0));
                while (wal.durable() < 1) {
                    Thread.sleep(1);
                }
            }
        }
    }

    /** The caller may be interrupted, the threads that touch channels are not (M04). */
    @Test
    void m04SurvivesAnInterruptedCaller() throws Exception {
        WalConfig config =
                new WalConfig(Sync.BATCH, 1, 1, 1 << 20, 1 << 18, 1 << 12, 60_000, 1, 10);
        try (WalThreads threads = new WalThreads();
                SomeOperations operations = new SomeOperations(1000)) {
            try (Wal wal = open(new DiskIo(), temporary, config, threads)) {
                for (long offset = 0; offset < 500; offset++) {
                    Thread.currentThread().interrupt();
                    wal.append(offset, 1, operations.of(offset));
                    if (offset % 50 == 49) {
                        wal.sync();
                    }
                    assertTrue(Thread.interrupted());
                }
            }
            assertEquals(
                    500,
                    WalRecovery.replay(new DiskIo(), temporary, OWNER, 0, operations).nextOffset());
        }
    }

    @Test
    void d12ResumesByItselfWhenTheDiskDoes() throws Exception {
        WalConfig config = new WalConfig(Sync.BATCH, 1, 1, 1 << 20, 0, 1 << 16, 60_000, 1, 4);
        SimDisk disk = new SimDisk();
        disk.createDirectories(LogOnSimDisk.DIRECTORY);
        disk.faults().capacity(300);
        try (WalThreads threads = new WalThreads();
                SomeOperations operations = new SomeOperations(100)) {
            try (Wal wal = open(disk, config, threads)) {
                wal.append(0, 1, operations.of(0));
                wal.append(1, 1, operations.of(1));
                while (wal.state() != WalState.STALLED) {
                    Thread.sleep(1);
                }
                disk.faults().capacity(Long.MAX_VALUE);
                while (wal.durable() < 2) {
                    Thread.sleep(1);
                }
                assertEquals(WalState.OPEN, wal.state());
            }
        }
    }

    private static Wal open(SimDisk disk, WalConfig config, WalThreads threads) {
        return open(disk, LogOnSimDisk.DIRECTORY, config, threads);
    }

    private static Wal open(StorageIo io, Path directory, WalConfig config, WalThreads threads) {
        return Wal.open(
                io,
                directory,
                OWNER,
                config,
                WalRecoveryReport.nothing(0),
                threads,
                UUID::randomUUID);
    }
}
