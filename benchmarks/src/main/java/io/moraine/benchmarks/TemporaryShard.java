package io.moraine.benchmarks;

import io.moraine.storage.IndexStatus;
import io.moraine.storage.Shard;
import io.moraine.storage.ShardId;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import io.moraine.storage.WalSync;
import io.moraine.storage.internal.index.VectorValues;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.IndexKind;
import io.moraine.storage.model.IndexOptions;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.VectorSchema;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A shard of a real store, compared by cosine, in a directory that goes when this is closed.
 * Written by one thread.
 */
final class TemporaryShard implements AutoCloseable {

    /** All rows of a benchmark in one sealed segment. */
    static final long SEAL_NEVER = 8L << 30;

    private final Path directory;
    private final VectorStore store;
    private final Shard shard;
    private final OperationEncoder encoder;
    private final float[] row;

    private TemporaryShard(Path directory, VectorStore store, Shard shard, int dimension) {
        this.directory = directory;
        this.store = store;
        this.shard = shard;
        this.encoder = new OperationEncoder(shard.schema());
        this.row = new float[dimension];
    }

    /**
     * Opens an empty one.
     *
     * @param sealBytes bytes of rows after which they are sealed
     */
    static TemporaryShard open(int dimension, IndexKind kind, long sealBytes) throws IOException {
        Path directory = Files.createTempDirectory("moraine-shard");
        VectorStore store = VectorStore.open(config(directory, sealBytes));
        VectorSchema vector =
                new VectorSchema(
                        "", dimension, Distance.COSINE, IndexOptions.DEFAULT.withKind(kind));
        CollectionSchema schema = new CollectionSchema(List.of(vector));
        Shard shard = store.openShard(new ShardId(new UUID(1, 1), new UUID(2, 2), 0), schema);
        return new TemporaryShard(directory, store, shard, dimension);
    }

    static StorageConfig config(Path directory, long sealBytes) {
        return StorageConfig.defaults(directory)
                .withWalSync(WalSync.OS)
                .withSegments(sealBytes, 1 << 24)
                .withSealInterval(Duration.ofHours(1));
    }

    Shard shard() {
        return shard;
    }

    /** Writes all rows of a set, the points' ids are their ordinals; seals and indexes them. */
    void fill(VectorValues set, List<byte[]> payloads) {
        for (int i = 0; i < set.size(); i++) {
            byte[] payload = payloads.isEmpty() ? new byte[0] : payloads.get(i);
            upsert(i, set, i, payload);
        }
        settle();
    }

    /** Writes one row of a set as the vector of a point. */
    void upsert(long id, VectorValues set, int ordinal, byte[] payload) {
        MemorySegment.copy(
                set.memory(ordinal),
                ValueLayout.JAVA_FLOAT_UNALIGNED,
                set.position(ordinal),
                row,
                0,
                row.length);
        long offset = shard.appliedOffset();
        encoder.begin(OperationKind.UPSERT, offset);
        encoder.id(PointId.of(id));
        encoder.vector(0, row);
        if (payload.length > 0) {
            encoder.payload(payload, 0, payload.length);
        }
        shard.apply(offset, 0, encoder.finish());
    }

    void delete(long id) {
        long offset = shard.appliedOffset();
        encoder.begin(OperationKind.DELETE, offset);
        encoder.id(PointId.of(id));
        shard.apply(offset, 0, encoder.finish());
    }

    /** Seals what there is, and builds what is missing. */
    void settle() {
        shard.checkpoint();
        shard.buildIndexes();
    }

    /** A line about the shard, for people. */
    String describe() {
        IndexStatus index = shard.indexes().getFirst();
        return "shard %s: %d segments, %d rows, %d with codes, %d in clusters, %d bytes on disk"
                .formatted(
                        index.options().kind(),
                        shard.status().segments(),
                        index.rows(),
                        index.codedRows(),
                        index.clusteredRows(),
                        shard.status().diskBytes());
    }

    @Override
    public void close() throws IOException {
        encoder.close();
        store.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
