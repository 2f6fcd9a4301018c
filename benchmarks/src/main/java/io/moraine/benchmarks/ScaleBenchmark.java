package io.moraine.benchmarks;

import io.moraine.storage.Shard;
import io.moraine.storage.ShardId;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.ShardStatus;
import io.moraine.storage.VectorStore;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * How searches slow down as a shard grows, and what they need of memory. {@code build} writes rows
 * of {@link SyntheticSet} into two shards of one directory, one with clusters and one with codes
 * alone, each in one sealed segment; {@code search} opens them in a process of its own, which may
 * have less memory than the vectors take.
 *
 * <p>Arguments: {@code build DIRECTORY ROWS [dimension]}, {@code search DIRECTORY ivf|flat
 * [seconds] [queries whose truth is found] [dimension]}. The script {@code benchmarks/scale} does
 * all of it.
 */
public final class ScaleBenchmark {

    private static final int K = 10;
    private static final int QUERIES = 2_000;
    private static final double[] RECALLS = {0.95, 0.99};
    private static final List<IndexKind> KINDS = List.of(IndexKind.IVF, IndexKind.FLAT);

    private final VectorStore store;
    private final SyntheticSet set;
    private final int dimension;

    private ScaleBenchmark(VectorStore store, int dimension) {
        this.store = store;
        this.dimension = dimension;
        this.set = new SyntheticSet(dimension);
    }

    /** Runs. */
    public static void main(String[] args) throws Exception {
        boolean build = args[0].equals("build");
        Path directory = Path.of(args[1]);
        int dimension = args.length > (build ? 3 : 5) ? Integer.parseInt(args[build ? 3 : 5]) : 384;
        try (VectorStore store =
                VectorStore.open(TemporaryShard.config(directory, TemporaryShard.SEAL_NEVER))) {
            ScaleBenchmark benchmark = new ScaleBenchmark(store, dimension);
            if (build) {
                for (IndexKind kind : KINDS) {
                    benchmark.build(kind, Integer.parseInt(args[2]));
                }
                return;
            }
            IndexKind kind = IndexKind.valueOf(args[2].toUpperCase(Locale.ROOT));
            double seconds = args.length > 3 ? Double.parseDouble(args[3]) : 10;
            int exact = args.length > 4 ? Integer.parseInt(args[4]) : 50;
            long points = benchmark.search(kind, seconds, exact);
            memory(directory, kind, points);
        }
    }

    private Shard open(IndexKind kind) {
        VectorSchema vector =
                new VectorSchema(
                        "", dimension, Distance.COSINE, IndexOptions.DEFAULT.withKind(kind));
        ShardId id = new ShardId(new UUID(1, 1), new UUID(2, 2), KINDS.indexOf(kind));
        return store.openShard(id, new CollectionSchema(List.of(vector)));
    }

    private void build(IndexKind kind, int rows) {
        Shard shard = open(kind);
        long start = System.nanoTime();
        try (OperationEncoder encoder = new OperationEncoder(shard.schema())) {
            for (long row = shard.appliedOffset(); row < rows; row++) {
                encoder.begin(OperationKind.UPSERT, row);
                encoder.id(PointId.of(row));
                encoder.vector(0, set.vector(row));
                shard.apply(row, 0, encoder.finish());
            }
        }
        long written = System.nanoTime();
        shard.checkpoint();
        long sealed = System.nanoTime();
        shard.buildIndexes();
        System.out.printf(
                Locale.ROOT,
                "%s: %d rows made and written in %.1f s, sealed in %.1f s, indexed in %.1f s%n",
                kind,
                rows,
                (written - start) * 1e-9,
                (sealed - written) * 1e-9,
                (System.nanoTime() - sealed) * 1e-9);
    }

    /** Returns how many points there are. */
    private long search(IndexKind kind, double seconds, int exact) {
        long start = System.nanoTime();
        Shard shard = open(kind);
        ShardStatus status = shard.status();
        System.out.printf(
                Locale.ROOT,
                "%s: %d points in %d segments, open after %.0f ms%n",
                kind,
                status.livePoints(),
                status.segments(),
                (System.nanoTime() - start) * 1e-6);
        List<float[]> queries = new ArrayList<>();
        for (int i = 0; i < QUERIES; i++) {
            queries.add(set.vector(-1 - i));
        }
        for (double recall : RECALLS) {
            SearchEffort effort = SearchEffort.recall(recall);
            measure(shard, queries, effort, seconds / 2);
            Latencies latencies = measure(shard, queries, effort, seconds);
            System.out.printf(
                    Locale.ROOT,
                    "%-5s recall %.2f: %s, recall@10 %.4f of %d queries%n",
                    kind,
                    recall,
                    latencies,
                    exact == 0 ? Double.NaN : recall(shard, queries.subList(0, exact), effort),
                    exact);
        }
        return status.livePoints();
    }

    private static Latencies measure(
            Shard shard, List<float[]> queries, SearchEffort effort, double seconds) {
        Latencies latencies = new Latencies();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        for (int i = 0; System.nanoTime() < end; i++) {
            float[] query = queries.get(i % queries.size());
            long start = System.nanoTime();
            try (ShardSnapshot snapshot = shard.snapshot()) {
                snapshot.search(SearchRequest.nearest(0, query, K).with(effort));
            }
            latencies.add(System.nanoTime() - start);
        }
        return latencies;
    }

    private static double recall(Shard shard, List<float[]> queries, SearchEffort effort) {
        RecallCount recall = new RecallCount();
        try (ShardSnapshot snapshot = shard.snapshot()) {
            for (float[] query : queries) {
                SearchRequest request = SearchRequest.nearest(0, query, K);
                List<Hit> truth = snapshot.search(request.with(SearchEffort.EXACT));
                recall.add(snapshot.search(request.with(effort)), truth);
            }
        }
        return recall.share();
    }

    /** What the files of the shard searched take, and what the process has in memory of them. */
    private static void memory(Path directory, IndexKind kind, long points) throws IOException {
        String shard = "-" + KINDS.indexOf(kind);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                boolean searched = directory.relativize(file).toString().contains(shard + "/");
                if (searched
                        && Files.size(file) > 1 << 20
                        && !file.getFileName().toString().startsWith("wal-")) {
                    System.out.printf("%,15d bytes  %s%n", Files.size(file), file.getFileName());
                }
            }
        }
        Path status = Path.of("/proc/self/status");
        if (Files.isReadable(status)) {
            Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("RssAnon") || line.startsWith("RssFile"))
                    .forEach(line -> {
                        long bytes = 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
                        System.out.printf(
                                Locale.ROOT,
                                "%s resident: %,d bytes, %.0f per row%n",
                                line.startsWith("RssAnon") ? "heap and off-heap" : "files",
                                bytes,
                                (double) bytes / points);
                    });
        }
    }
}
