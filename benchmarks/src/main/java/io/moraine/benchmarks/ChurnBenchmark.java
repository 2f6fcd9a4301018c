package io.moraine.benchmarks;

import io.moraine.storage.Shard;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.IndexKind;
import io.moraine.storage.model.SearchEffort;
import io.moraine.storage.model.SearchRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Recall after many generations of changes, beside that of a shard that was written afresh with the
 * points that are left. Each generation gives a fiftieth of the points another vector, deletes a
 * fiftieth, writes as many new ones, and seals; merges and index builds go on behind it.
 *
 * <p>Arguments: {@code VECTORS.f16 [generations] [dimension]}.
 */
public final class ChurnBenchmark {

    private static final int K = 10;
    private static final int SHARE = 50;
    private static final int LOOK_EVERY = 20;
    private static final double[] RECALLS = {0.95, 0.99};
    private static final byte[] NO_PAYLOAD = new byte[0];

    private final EmbeddingSet set;
    private final Random random = new Random(7);

    /** Ids that are there, then those that are not; the vector of an id is {@code vectors[id]}. */
    private final int[] ids;

    /** Vectors of ids that are there, then vectors that nobody has. */
    private final int[] vectors;

    private final int live;

    private ChurnBenchmark(EmbeddingSet set) {
        this.set = set;
        this.live = set.size() * 4 / 5;
        this.ids = new int[set.size()];
        this.vectors = new int[set.size()];
        Arrays.setAll(ids, i -> i);
        Arrays.setAll(vectors, i -> i);
    }

    /** Runs. */
    public static void main(String[] args) throws Exception {
        int generations = args.length > 1 ? Integer.parseInt(args[1]) : 100;
        int dimension = args.length > 2 ? Integer.parseInt(args[2]) : 384;
        new ChurnBenchmark(EmbeddingSet.read(Path.of(args[0]), dimension)).run(generations);
    }

    private void run(int generations) throws IOException {
        try (TemporaryShard shard =
                TemporaryShard.open(set.dimension(), IndexKind.IVF, TemporaryShard.SEAL_NEVER)) {
            for (int place = 0; place < live; place++) {
                write(shard, place);
            }
            shard.settle();
            report("generation 0", shard.shard());
            long start = System.nanoTime();
            for (int generation = 1; generation <= generations; generation++) {
                change(shard);
                shard.shard().checkpoint();
                if (generation % LOOK_EVERY == 0 || generation == generations) {
                    shard.shard().buildIndexes();
                    report("generation " + generation, shard.shard());
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "%.1f s; %s%n",
                    (System.nanoTime() - start) * 1e-9,
                    shard.describe());
            double[] churned = report("all generations", shard.shard());
            double[] fresh = fresh();
            for (int i = 0; i < RECALLS.length; i++) {
                System.out.printf(
                        Locale.ROOT,
                        "recall %.2f: after churn less afresh %+.2f points%n",
                        RECALLS[i],
                        100 * (churned[i] - fresh[i]));
            }
        }
    }

    private double[] fresh() throws IOException {
        try (TemporaryShard shard =
                TemporaryShard.open(set.dimension(), IndexKind.IVF, TemporaryShard.SEAL_NEVER)) {
            for (int place = 0; place < live; place++) {
                write(shard, place);
            }
            shard.settle();
            return report("written afresh", shard.shard());
        }
    }

    private void change(TemporaryShard shard) {
        for (int i = 0; i < live / SHARE; i++) {
            int updated = random.nextInt(live);
            swap(vectors, updated, free());
            write(shard, updated);
        }
        for (int i = 0; i < live / SHARE; i++) {
            int gone = random.nextInt(live);
            shard.delete(ids[gone]);
            swap(ids, gone, free());
            swap(vectors, gone, free());
            write(shard, gone);
        }
    }

    private int free() {
        return live + random.nextInt(ids.length - live);
    }

    private void write(TemporaryShard shard, int place) {
        shard.upsert(ids[place], set, vectors[place], NO_PAYLOAD);
    }

    private static void swap(int[] values, int a, int b) {
        int value = values[a];
        values[a] = values[b];
        values[b] = value;
    }

    private double[] report(String when, Shard shard) {
        RecallCount[] recalls = {new RecallCount(), new RecallCount()};
        Latencies[] latencies = {new Latencies(), new Latencies()};
        long points;
        try (ShardSnapshot snapshot = shard.snapshot()) {
            points = snapshot.count();
            for (float[] query : set.queries()) {
                SearchRequest request = SearchRequest.nearest(0, query, K);
                List<Hit> truth = snapshot.search(request.with(SearchEffort.EXACT));
                for (int i = 0; i < RECALLS.length; i++) {
                    long start = System.nanoTime();
                    SearchEffort effort = SearchEffort.recall(RECALLS[i]);
                    List<Hit> hits = snapshot.search(request.with(effort));
                    latencies[i].add(System.nanoTime() - start);
                    recalls[i].add(hits, truth);
                }
            }
        }
        for (int i = 0; i < RECALLS.length; i++) {
            System.out.printf(
                    Locale.ROOT,
                    "%-16s %6d points %3d segments  recall %.2f: recall@10 %.4f %s%n",
                    when,
                    points,
                    shard.status().segments(),
                    RECALLS[i],
                    recalls[i].share(),
                    latencies[i]);
        }
        return new double[] {recalls[0].share(), recalls[1].share()};
    }
}
