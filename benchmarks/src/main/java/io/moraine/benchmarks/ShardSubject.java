package io.moraine.benchmarks;

import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.IndexKind;
import io.moraine.storage.model.SearchEffort;
import io.moraine.storage.model.SearchRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A shard of a real store, searched through its façade as the HTTP API does: a snapshot is opened
 * for each query. All rows are in one sealed segment, so ordinals are those of the set.
 */
final class ShardSubject implements SearchSubject {

    private static final double[] RECALLS = {0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999};

    private final TemporaryShard shard;
    private final IndexKind kind;
    private final int k;

    private ShardSubject(TemporaryShard shard, IndexKind kind, int k) {
        this.shard = shard;
        this.kind = kind;
        this.k = k;
    }

    /** Writes the rows of a set into a new shard, seals them and builds their index. */
    static ShardSubject fill(EmbeddingSet set, IndexKind kind, int k) throws IOException {
        TemporaryShard shard =
                TemporaryShard.open(set.dimension(), kind, TemporaryShard.SEAL_NEVER);
        shard.fill(set, List.of());
        System.out.println(shard.describe());
        return new ShardSubject(shard, kind, k);
    }

    @Override
    public String method() {
        return "shard " + kind.name().toLowerCase(Locale.ROOT);
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
        try (ShardSnapshot snapshot = shard.shard().snapshot()) {
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
        shard.close();
    }
}
