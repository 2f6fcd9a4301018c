package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.file.DiskIo;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.StorageIo;
import io.moraine.storage.internal.file.WritableFile;
import io.moraine.storage.internal.merge.MergePolicy;
import io.moraine.storage.internal.segment.ArenaReaper;
import io.moraine.storage.internal.segment.ChunkPool;
import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.internal.shard.MaintenanceThreads;
import io.moraine.storage.internal.shard.ShardConfig;
import io.moraine.storage.internal.shard.ShardEnvironment;
import io.moraine.storage.internal.shard.ShardRecovery;
import io.moraine.storage.internal.wal.WalConfig;
import io.moraine.storage.internal.wal.WalThreads;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real disk whose syncs do not come back for as long as the test likes. */
class SlowDiskTest {

    private static final ScriptedLog LOG = ShardsOnSimDisk.LOG;

    @TempDir Path directory;

    /** Holds syncs of some files until it is let go. */
    private static final class Syncs {
        private final String files;
        private final CountDownLatch held = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private volatile boolean slow;

        Syncs(String files) {
            this.files = files;
        }

        void beforeForce(Path file) throws InterruptedException {
            if (slow && file.getFileName().toString().startsWith(files)) {
                held.countDown();
                released.await();
            }
        }
    }

    @Test
    @DisplayName("D11: while a sync of the log hangs, operations are taken, seen and not durable")
    void d11_operationsAreTakenAndSeenWhileASyncOfTheLogHangs() throws Exception {
        Syncs syncs = new Syncs("wal-");
        onSlowDisk(
                syncs,
                (shard, operations) -> {
                    write(shard, operations, 0, 100);
                    shard.sync();
                    syncs.slow = true;
                    write(shard, operations, 100, 110);
                    syncs.held.await();
                    write(shard, operations, 110, 2_000);
                    LOG.check(shard);
                    assertEquals(2_000, shard.appliedOffset());
                    assertEquals(100, shard.durableOffset());
                    assertEquals(ShardStatus.State.OPEN, shard.status().state());
                    syncs.slow = false;
                    syncs.released.countDown();
                    shard.sync();
                    assertEquals(2_000, shard.durableOffset());
                });
    }

    @Test
    @DisplayName("D11: while a sync of a segment hangs, operations are taken and searches answered")
    void d11_operationsAreTakenAndSeenWhileASealHangs() throws Exception {
        Syncs syncs = new Syncs("seg-");
        onSlowDisk(
                syncs,
                (shard, operations) -> {
                    write(shard, operations, 0, 500);
                    syncs.slow = true;
                    Thread sealing = Thread.ofPlatform().start(shard::checkpoint);
                    syncs.held.await();
                    write(shard, operations, 500, 1_500);
                    LOG.check(shard);
                    shard.sync();
                    assertEquals(1_500, shard.durableOffset(), "the log is safe by itself");
                    syncs.slow = false;
                    syncs.released.countDown();
                    sealing.join();
                    shard.checkpoint();
                    LOG.check(shard);
                });
    }

    /** What is done with a shard. */
    private interface Scene {
        void play(Shard shard, Operations operations) throws Exception;
    }

    private void onSlowDisk(Syncs syncs, Scene scene) throws Exception {
        ArenaReaper reaper = new ArenaReaper();
        ChunkPool chunks = ChunkPool.keepingNothing();
        try (WalThreads log = new WalThreads();
                MaintenanceThreads maintenance = new MaintenanceThreads(chunks);
                Operations operations = new Operations(LOG.schema())) {
            ShardEnvironment environment =
                    new ShardEnvironment(
                            slow(new DiskIo(), syncs),
                            log,
                            maintenance,
                            reaper,
                            chunks,
                            UUID::randomUUID,
                            InstantSource.system(),
                            "test");
            ShardConfig config =
                    new ShardConfig(
                            WalConfig.of(WalConfig.Sync.BATCH, Duration.ofMillis(1), 4096),
                            64 << 20,
                            1 << 20,
                            1_000_000,
                            256 << 20,
                            MergePolicy.DEFAULT,
                            50_000);
            FileOwner owner =
                    new FileOwner(
                            TestStore.SHARD.collection(),
                            TestStore.SHARD.topic(),
                            TestStore.SHARD.partition());
            Shard shard =
                    new Shard(
                            TestStore.SHARD,
                            ShardRecovery.open(
                                    environment, config, directory, owner, LOG.schema()));
            scene.play(shard, operations);
            shard.live().close();
        } finally {
            reaper.close();
        }
        assertTrue(syncs.released.getCount() == 0, "the scene let go of the disk");
    }

    private static void write(Shard shard, Operations operations, long from, long to) {
        for (long offset = from; offset < to; offset++) {
            LOG.write(shard, operations, offset);
        }
    }

    private static StorageIo slow(StorageIo io, Syncs syncs) {
        return proxy(
                StorageIo.class,
                io,
                result ->
                        result instanceof WritableFile file
                                ? proxy(
                                        WritableFile.class,
                                        file,
                                        same -> same,
                                        () -> syncs.beforeForce(file.path()))
                                : result,
                () -> {});
    }

    /** Changes what a call returned. */
    private interface Wrapping {
        Object wrap(Object result);
    }

    /** Comes before each call of {@code force}. */
    private interface BeforeForce {
        void run() throws InterruptedException;
    }

    private static <T> T proxy(Class<T> type, T real, Wrapping wrapping, BeforeForce before) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("force")) {
                                before.run();
                            }
                            try {
                                return wrapping.wrap(method.invoke(real, arguments));
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
    }
}
