package io.moraine.benchmarks;

import io.moraine.storage.IndexStatus;
import io.moraine.storage.Shard;
import io.moraine.storage.ShardId;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import io.moraine.storage.WalSync;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.IndexKind;
import io.moraine.storage.model.IndexOptions;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchEffort;
import io.moraine.storage.model.SearchRequest;
import io.moraine.storage.model.VectorSchema;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A shard of a real store, searched through its façade as the HTTP API does: a snapshot is opened
 * for each query. All rows are in one sealed segment, so ordinals are those of the set.
 */
final class ShardSubject implements SearchSubject {

    private static final double[] RECALLS = {0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999};

    private final Path directory;
    private final VectorStore store;
    private final Shard shard;
    private final IndexKind kind;
    private final int k;

    private ShardSubject(Path directory, VectorStore store, Shard shard, IndexKind kind, int k) {
        this.directory = directory;
        this.store = store;
        this.shard = shard;
        this.kind = kind;
        this.k = k;
    }

    /** Writes the rows of a set into a new shard, seals them and builds their index. */
    static ShardSubject fill(EmbeddingSet set, IndexKind kind, int k) throws IOException {
        Path directory = Files.createTempDirectory("moraine-shard");
        VectorStore store =
                VectorStore.open(
                        new StorageConfig(
                                directory,
                                WalSync.OS,
                                Duration.ofSeconds(1),
                                64L << 20,
                                4L << 30,
                                1 << 24,
                                Duration.ofHours(1),
                                50_000));
        VectorSchema vector =
                new VectorSchema(
                        "", set.dimension(), Distance.COSINE, IndexOptions.DEFAULT.withKind(kind));
        CollectionSchema schema = new CollectionSchema(List.of(vector));
        Shard shard =
                store.openShard(
                        new ShardId(new java.util.UUID(1, 1), new java.util.UUID(2, 2), 0), schema);
        float[] row = new float[set.dimension()];
        try (OperationEncoder encoder = new OperationEncoder(schema)) {
            for (int i = 0; i < set.size(); i++) {
                MemorySegment.copy(
                        set.memory(i), ValueLayout.JAVA_FLOAT, set.position(i), row, 0, row.length);
                encoder.begin(OperationKind.UPSERT, i);
                encoder.id(PointId.of(i));
                encoder.vector(0, row);
                shard.apply(i, 0, encoder.finish());
            }
        }
        shard.checkpoint();
        shard.buildIndexes();
        IndexStatus index = shard.indexes().getFirst();
        System.out.printf(
                "shard %s: %d segments, %d rows, %d with codes, %d in clusters, %d bytes on disk%n",
                kind,
                shard.status().segments(),
                index.rows(),
                index.codedRows(),
                index.clusteredRows(),
                shard.status().diskBytes());
        return new ShardSubject(directory, store, shard, kind, k);
    }

    @Override
    public String method() {
        return "shard " + kind.name().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public List<String> settings() {
        List<String> settings = new ArrayList<>();
        for (double recall : RECALLS) {
            settings.add("recall=" + recall);
        }
        return settings;
    }

    @Override
    public int[] search(int setting, float[] query) {
        SearchRequest request =
                SearchRequest.nearest(0, query, k).with(SearchEffort.recall(RECALLS[setting]));
        try (ShardSnapshot snapshot = shard.snapshot()) {
            List<Hit> hits = snapshot.search(request);
            int[] ordinals = new int[hits.size()];
            for (int i = 0; i < ordinals.length; i++) {
                ordinals[i] = hits.get(i).ordinal();
            }
            return ordinals;
        }
    }

    @Override
    public void close() throws IOException {
        store.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
