package io.moraine.storage;

import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.SimDisk;
import io.moraine.storage.internal.file.StorageIo;
import io.moraine.storage.internal.merge.MergePolicy;
import io.moraine.storage.internal.segment.ArenaReaper;
import io.moraine.storage.internal.segment.ChunkPool;
import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.internal.shard.LiveShard;
import io.moraine.storage.internal.shard.Maintenance;
import io.moraine.storage.internal.shard.ShardConfig;
import io.moraine.storage.internal.shard.ShardEnvironment;
import io.moraine.storage.internal.shard.ShardKeeping;
import io.moraine.storage.internal.shard.ShardRecovery;
import io.moraine.storage.internal.wal.RandomWorkers;
import io.moraine.storage.internal.wal.WalConfig;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.PayloadCompression;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executor;

/** Whole shards on a simulated disk, all on one thread, in an order that a seed decides. */
final class ShardsOnSimDisk implements AutoCloseable {

    static final Path DIRECTORY = Path.of("/shard");
    static final ScriptedLog LOG =
            new ScriptedLog(CollectionSchema.single(64, Distance.EUCLID), 50);

    /** From this many rows on a segment gets clusters. */
    static final int IVF_ROWS_MIN = 20;

    private static final FileOwner OWNER =
            new FileOwner(
                    TestStore.SHARD.collection(),
                    TestStore.SHARD.topic(),
                    TestStore.SHARD.partition());

    private final ArenaReaper reaper = new ArenaReaper();
    private final Operations operations = new Operations(LOG.schema());
    private final Tasks tasks = new Tasks();

    /** Seals and merges that wait for their turn. */
    static final class Tasks implements Maintenance {
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

        @Override
        public Executor aside() {
            return Runnable::run;
        }

        void runOne() {
            Runnable task = waiting.poll();
            if (task != null) {
                task.run();
            }
        }

        void clear() {
            waiting.clear();
        }
    }

    Tasks tasks() {
        return tasks;
    }

    Operations operations() {
        return operations;
    }

    Shard open(StorageIo io, Random random) throws IOException {
        ShardEnvironment environment =
                new ShardEnvironment(
                        io,
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
                        IVF_ROWS_MIN,
                        keeping(random));
        LiveShard live = ShardRecovery.open(environment, config, DIRECTORY, OWNER, LOG.schema());
        return new Shard(TestStore.SHARD, live);
    }

    /** Each start may write payloads in another way. */
    private static ShardKeeping keeping(Random random) {
        ShardKeeping plain = ShardKeeping.plain();
        return random.nextBoolean() ? plain : plain.with(PayloadCompression.ZSTD);
    }

    /** Applies the script's operations of some offsets; returns {@code to}. */
    long write(Shard shard, long from, long to) {
        for (long offset = from; offset < to; offset++) {
            LOG.write(shard, operations, offset);
        }
        return to;
    }

    /** Files of the shard whose names end in a text, by name. */
    static List<Path> files(SimDisk disk, String ending) throws IOException {
        return disk.list(DIRECTORY).stream()
                .map(entry -> DIRECTORY.resolve(entry.name()))
                .filter(path -> path.toString().endsWith(ending))
                .sorted()
                .toList();
    }

    @Override
    public void close() {
        operations.close();
        reaper.close();
    }
}
