package io.moraine.storage;

import io.moraine.storage.internal.file.DiskIo;
import io.moraine.storage.internal.file.DocumentFiles;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.StorageIo;
import io.moraine.storage.internal.file.WritePace;
import io.moraine.storage.internal.merge.MergePolicy;
import io.moraine.storage.internal.segment.ArenaReaper;
import io.moraine.storage.internal.segment.ChunkPool;
import io.moraine.storage.internal.shard.LiveShard;
import io.moraine.storage.internal.shard.MaintenanceThreads;
import io.moraine.storage.internal.shard.MemoryBudget;
import io.moraine.storage.internal.shard.ShardConfig;
import io.moraine.storage.internal.shard.ShardEnvironment;
import io.moraine.storage.internal.shard.ShardKeeping;
import io.moraine.storage.internal.shard.ShardRecovery;
import io.moraine.storage.internal.wal.WalConfig;
import io.moraine.storage.internal.wal.WalThreads;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.IndexOptions;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A data directory: its lock, its shards, its background threads. One process opens a directory at
 * a time. Safe for use by several threads.
 *
 * <p>Layout: {@code LOCK}, {@code documents/}, and for each shard {@code
 * <collection>/<topic>-<partition>/}, all names made of ids. What users call things stands inside
 * files only.
 */
public final class VectorStore implements AutoCloseable {

    private static final Logger LOG = System.getLogger(VectorStore.class.getName());
    private static final String DOCUMENTS = "documents";

    /**
     * Rows that wait for their seal may take this many times {@link StorageConfig.SealWhen#bytes}.
     */
    private static final int UNSEALED_FACTOR = 4;

    /**
     * Memory kept for the next appendable segments, as a multiple of {@link
     * StorageConfig.SealWhen#bytes}.
     */
    private static final int IDLE_FACTOR = 4;

    /**
     * Below the log's buffers and this much, a memory limit would hold back the first operation.
     */
    private static final long ROOM_BYTES_MIN = 4 << 20;

    private static final long SNAPSHOT_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long SNAPSHOT_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Closeable lock;
    private final ShardDirectories directories;
    private final DocumentFiles documents;
    private final WalThreads walThreads = new WalThreads();
    private final ChunkPool chunks;
    private final MaintenanceThreads maintenance;
    private final ShardEnvironment environment;
    private final ShardConfig config;
    private final ShardOptions defaults;
    private final Map<ShardId, Shard> shards = new ConcurrentHashMap<>();
    private final Map<UUID, MemoryBudget> budgets = new ConcurrentHashMap<>();
    private boolean closed;

    private VectorStore(
            Closeable lock,
            StorageIo io,
            ShardDirectories directories,
            DocumentFiles documents,
            ShardConfig config,
            ShardOptions defaults,
            WritePace mergePace,
            InstantSource clock) {
        this.defaults = defaults;
        this.lock = lock;
        this.directories = directories;
        this.documents = documents;
        this.config = config;
        this.chunks = new ChunkPool(IDLE_FACTOR * config.sealBytes(), System::nanoTime);
        this.maintenance = new MaintenanceThreads(chunks);
        this.environment =
                new ShardEnvironment(
                        io,
                        walThreads,
                        maintenance,
                        new ArenaReaper(),
                        chunks,
                        UUID::randomUUID,
                        clock,
                        softwareVersion(),
                        mergePace);
    }

    /**
     * Opens a data directory, created when absent.
     *
     * @throws StorageException.Unusable if another process has it, or it is of a newer format
     */
    public static VectorStore open(StorageConfig config) {
        return open(config, InstantSource.system());
    }

    /** The same with another clock. */
    static VectorStore open(StorageConfig config, InstantSource clock) {
        Path directory = config.directory().toAbsolutePath();
        StorageIo io = new DiskIo();
        try {
            io.createDirectories(directory);
            Closeable lock = io.lock(directory);
            VectorStore store = null;
            try {
                DocumentFiles documents =
                        new DocumentFiles(io, directory.resolve(DOCUMENTS), UUID::randomUUID);
                ShardDirectories directories = new ShardDirectories(io, directory);
                store =
                        new VectorStore(
                                lock,
                                io,
                                directories,
                                documents,
                                shardConfig(config),
                                config.shards(),
                                new WritePace(
                                        config.mergeBytesPerSecond(),
                                        System::nanoTime,
                                        LockSupport::parkNanos),
                                clock);
                return store;
            } finally {
                if (store == null) {
                    lock.close();
                }
            }
        } catch (IOException e) {
            throw Failures.ofOpen(e);
        }
    }

    /** The shards of a collection that have files here, opened or not, by topic and partition. */
    public List<ShardId> storedShards(UUID collection) {
        try {
            return directories.stored(collection);
        } catch (IOException e) {
            throw Failures.ofOpen(e);
        }
    }

    /**
     * Opens a shard, recovering what a crash left behind; returns the open one when there is one,
     * with vectors found from now on as the schema says.
     *
     * @throws StorageException.Corrupted if no sound state is left; what is unsound was set aside,
     *     and opening the shard again starts an empty one, to be filled from its topic
     * @throws IllegalArgumentException if the shard on disk has another schema
     */
    public Shard openShard(ShardId id, CollectionSchema schema) {
        return openShard(id, schema, defaults);
    }

    /**
     * The same with options of its own. Those of a shard that is open already stay as they are; the
     * memory limit is the collection's, and the first of its shards that is opened says it.
     */
    public Shard openShard(ShardId id, CollectionSchema schema, ShardOptions options) {
        return openShard(id, schema, options, config);
    }

    /** The same with what the collection wants in the place of the node's options. */
    public Shard openShard(ShardId id, CollectionSchema schema, CollectionStorage wanted) {
        return openShard(id, schema, wanted.over(defaults), configFor(wanted));
    }

    private synchronized Shard openShard(
            ShardId id, CollectionSchema schema, ShardOptions options, ShardConfig shardConfig) {
        checkOpen();
        Shard open = shards.get(id);
        if (open != null) {
            if (!open.schema().sameVectors(schema)) {
                throw new IllegalArgumentException(
                        "the shard is open with another schema: expected=%s actual=%s shard=%s"
                                .formatted(schema, open.schema(), id));
            }
            follow(open, schema);
            return open;
        }
        FileOwner owner = new FileOwner(id.collection(), id.topic(), id.partition());
        try {
            LiveShard live =
                    ShardRecovery.open(
                            environment(options.access()),
                            shardConfig.with(keeping(id.collection(), options)),
                            directories.of(id),
                            owner,
                            schema);
            Shard shard = new Shard(id, live);
            shards.put(id, shard);
            return shard;
        } catch (IOException e) {
            throw Failures.ofOpen(e);
        }
    }

    /** How vectors are to be found may have changed since the shard was opened. */
    private static void follow(Shard open, CollectionSchema schema) {
        for (int slot = 0; slot < schema.vectors().size(); slot++) {
            IndexOptions wanted = schema.vector(slot).index();
            if (!open.schema().vector(slot).index().equals(wanted)) {
                open.changeIndex(slot, wanted);
            }
        }
    }

    /**
     * Lets go of a shard as a crash would and opens it again with the same schema: what brings one
     * back that failed, or whose file was found damaged. It falls back to its last sound state and
     * has to be fed from its applied offset on.
     *
     * @throws StorageException.Corrupted if no sound state is left; doing it again starts an empty
     *     shard
     */
    public synchronized Shard reopenShard(ShardId id, ShardOptions options) {
        return openShard(id, letGo(id), options);
    }

    /** The same with what the collection wants in the place of the node's options. */
    public synchronized Shard reopenShard(ShardId id, CollectionStorage wanted) {
        return openShard(id, letGo(id), wanted);
    }

    private CollectionSchema letGo(ShardId id) {
        checkOpen();
        Shard open = shards.remove(id);
        if (open == null) {
            throw new IllegalArgumentException("the shard is not open: " + id);
        }
        try {
            open.live().abandon();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "let go of a failed shard with a failure", e);
        }
        return open.schema();
    }

    /** The open shard with an id. */
    public Optional<Shard> shard(ShardId id) {
        return Optional.ofNullable(shards.get(id));
    }

    /** Closes and deletes all shards of a collection; snapshots still open go on reading. */
    public synchronized void dropCollection(UUID collection) {
        checkOpen();
        try {
            for (ShardId id : List.copyOf(shards.keySet())) {
                if (id.collection().equals(collection)) {
                    Shard shard = shards.remove(id);
                    if (shard != null) {
                        shard.live().abandon();
                    }
                }
            }
            budgets.remove(collection);
            Path directory = directories.of(collection);
            if (environment.io().exists(directory)) {
                directories.deleteTree(directory);
            }
        } catch (IOException e) {
            throw Failures.ofWrite(e);
        }
    }

    /**
     * A small named document kept beside the shards: checksummed, replaced atomically.
     *
     * @param name lower-case letters, digits and dashes
     */
    public Optional<byte[]> document(String name) {
        try {
            return documents.read(name);
        } catch (IOException e) {
            throw Failures.ofOpen(e);
        }
    }

    /** Replaces a document; it is safe on the device when the call returns. */
    public void saveDocument(String name, byte[] content) {
        try {
            documents.save(name, content);
        } catch (IOException e) {
            throw Failures.ofWrite(e);
        }
    }

    /**
     * Seals, syncs and closes every shard and lets go of the directory. Waits a few seconds for
     * snapshots; those still open then go on reading until they are closed. Closing twice changes
     * nothing.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        List<Exception> failures = new ArrayList<>();
        for (Shard shard : shards.values()) {
            attempt(failures, shard.live()::close);
        }
        shards.clear();
        letGo(failures);
    }

    /**
     * Lets go of the directory without sealing or marking anything, so that the next start finds an
     * unclean shutdown.
     */
    synchronized void abandon() {
        closed = true;
        List<Exception> failures = new ArrayList<>();
        for (Shard shard : shards.values()) {
            attempt(failures, shard.live()::abandon);
        }
        shards.clear();
        letGo(failures);
    }

    /** Number of segments whose memory is still held. */
    int openSegments() {
        return environment.reaper().open();
    }

    private void letGo(List<Exception> failures) {
        maintenance.close();
        walThreads.close();
        awaitSnapshots();
        environment.reaper().close();
        chunks.close();
        attempt(failures, lock);
        for (Exception failure : failures) {
            LOG.log(
                    Level.WARNING,
                    "closed with a failure; the next start replays what was not sealed",
                    failure);
        }
    }

    private void awaitSnapshots() {
        long deadline = System.nanoTime() + SNAPSHOT_WAIT_NANOS;
        while (environment.reaper().open() > 0 && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(SNAPSHOT_POLL_NANOS);
        }
        if (environment.reaper().open() > 0) {
            LOG.log(
                    Level.WARNING,
                    "{0} segments are still read by open snapshots",
                    environment.reaper().open());
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("store is closed");
        }
    }

    private static void attempt(List<Exception> failures, Closeable step) {
        try {
            step.close();
        } catch (IOException | RuntimeException e) {
            failures.add(e);
        }
    }

    private ShardEnvironment environment(ShardOptions.SegmentAccess access) {
        return switch (access) {
            case MMAP -> environment;
            case MEMORY -> environment.withIo(new DiskIo(DiskIo.Access.COPIED));
        };
    }

    private ShardConfig configFor(CollectionStorage wanted) {
        WalSync sync = wanted.walSync();
        return sync == null ? config : config.with(config.wal().with(walSync(sync)));
    }

    private ShardKeeping keeping(UUID collection, ShardOptions options) {
        long least = config.wal().ringBytes() + ROOM_BYTES_MIN;
        if (options.memoryLimitBytes() > 0 && options.memoryLimitBytes() < least) {
            throw new IllegalArgumentException(
                    "memory limit is too low for one shard: expected at least %d, actual %d"
                            .formatted(least, options.memoryLimitBytes()));
        }
        ShardKeeping.Warmup warmup =
                switch (options.warmup()) {
                    case OFF -> ShardKeeping.Warmup.OFF;
                    case CODES -> ShardKeeping.Warmup.CODES;
                    case ALL -> ShardKeeping.Warmup.ALL;
                };
        return new ShardKeeping(
                options.historyRetention().toMillis(),
                options.tombstoneRetention().toMillis(),
                warmup,
                options.scrubInterval().toMillis(),
                options.uncleanStartsMax(),
                options.payloadCompression(),
                budgets.computeIfAbsent(
                        collection, _ -> new MemoryBudget(options.memoryLimitBytes())));
    }

    private static String softwareVersion() {
        @Nullable String version = VectorStore.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    private static WalConfig.Sync walSync(WalSync sync) {
        return switch (sync) {
            case BATCH -> WalConfig.Sync.BATCH;
            case INTERVAL -> WalConfig.Sync.INTERVAL;
            case OS -> WalConfig.Sync.OS;
        };
    }

    private static ShardConfig shardConfig(StorageConfig config) {
        StorageConfig.LogSyncs log = config.log();
        StorageConfig.SealWhen seal = config.seal();
        return new ShardConfig(
                WalConfig.of(walSync(log.when()), log.interval(), log.bytes()),
                seal.bytes(),
                seal.rows(),
                seal.age().toMillis(),
                Math.multiplyExact(UNSEALED_FACTOR, seal.bytes()),
                MergePolicy.DEFAULT,
                config.ivfRowsMin());
    }
}
