package io.moraine.benchmarks;

import io.moraine.storage.internal.index.ExactScan;
import io.moraine.storage.internal.index.Kernels;
import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.SearchRows;
import io.moraine.storage.internal.index.Similarity;
import io.moraine.storage.internal.index.TopK;
import io.moraine.storage.internal.index.code.AppendableCodes;
import io.moraine.storage.internal.index.code.CodeSpace;
import io.moraine.storage.internal.index.code.FlatSearch;
import io.moraine.storage.internal.index.ivf.IvfBuilder;
import io.moraine.storage.internal.index.ivf.IvfIndex;
import io.moraine.storage.internal.index.ivf.IvfParameters;
import io.moraine.storage.internal.index.ivf.IvfSearch;
import io.moraine.storage.internal.index.ivf.IvfSetting;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.IndexKind;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Recall@10 and queries per second, one thread, of the exact scan, the flat scan of codes, and the
 * cluster index, beside native hnswlib in the same run.
 *
 * <p>Rounds are interleaved: each round searches all queries once with every setting of every
 * method; the first one warms up and is not counted. Rates are per second of processor time, so
 * that a neighbour on the machine disturbs ratios less; the clock's are printed beside them.
 * Arguments: {@code VECTORS.f16 [dimension] [rounds] [M] [efConstruction] [methods] [plot.svg]};
 * methods is a list of {@code shard}, {@code hnswlib}, {@code lucene} and {@code jvector}.
 */
public final class RecallBenchmark {

    private static final int K = 10;
    private static final int EXACT_QUERIES = 100;
    private static final long SEED = 42;
    private static final String METHODS_DEFAULT = "shard,hnswlib";
    private static final int[] EFS = {10, 15, 20, 30, 40, 60, 80, 120, 160, 240, 320};
    private static final double[] DEVIATIONS = {0.5, 1, 1.25, 1.5, 1.75, 2, 2.5, 3};
    private static final double[] TARGETS = {0.9, 0.95, 0.98, 0.99, 0.995};

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final EmbeddingSet set;
    private final SearchRows all;
    private final int rounds;
    private final int[][] truth;
    private final TopK top = new TopK(K, Float.NEGATIVE_INFINITY);
    private final ExactScan exactScan = new ExactScan(Similarity.of(Distance.COSINE));

    /** The ordinals of the rows nearest to a query. */
    @FunctionalInterface
    private interface Search {
        int[] run(float[] query) throws IOException;
    }

    private record Run(RecallCurve.Point point, Search search) {}

    private RecallBenchmark(EmbeddingSet set, int rounds) {
        this.set = set;
        this.all = SearchRows.of(set, RowMask.ALL, 0);
        this.rounds = rounds;
        this.truth = new int[set.queries().size()][];
    }

    /** Runs the benchmark and prints its tables. */
    public static void main(String[] args) throws Exception {
        if (args.length < 1) {
            System.err.println(
                    "usage: RecallBenchmark VECTORS.f16 [dimension] [rounds] [M] [efConstruction]"
                            + " [shard,hnswlib,lucene,jvector] [plot.svg]");
            System.exit(2);
        }
        int dimension = args.length > 1 ? Integer.parseInt(args[1]) : 384;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        int m = args.length > 3 ? Integer.parseInt(args[3]) : 16;
        int efConstruction = args.length > 4 ? Integer.parseInt(args[4]) : 100;
        EmbeddingSet set = EmbeddingSet.read(Path.of(args[0]), dimension);
        System.out.printf(
                "%d rows, %d queries, %d dimensions, top %d by cosine; kernels: %s; JDK %s%n",
                set.size(), set.queries().size(), dimension, K, Kernels.inUse(), Runtime.version());
        List<String> methods =
                List.of((args.length > 5 ? args[5] : METHODS_DEFAULT).split(",", -1));
        List<RecallCurve> curves =
                new RecallBenchmark(set, rounds).measure(methods, m, efConstruction);
        if (args.length > 6) {
            String title = "%,d rows of %d dimensions, one thread".formatted(set.size(), dimension);
            CurvePlot.write(Path.of(args[6]), title, curves);
        }
    }

    private List<RecallCurve> measure(List<String> methods, int m, int efConstruction)
            throws IOException, InterruptedException {
        findTruth();
        List<Run> runs = new ArrayList<>();
        List<RecallCurve> curves = new ArrayList<>();
        curves.add(flat(runs));
        double buildCpuSeconds = ivf(runs, curves);
        List<SearchSubject> subjects = subjects(methods, m, efConstruction);
        for (SearchSubject subject : subjects) {
            curves.add(curve(subject, runs));
        }
        try {
            measure(runs, curves, buildCpuSeconds, methods.contains("hnswlib"), m, efConstruction);
        } finally {
            for (SearchSubject subject : subjects) {
                subject.close();
            }
        }
        return curves;
    }

    private List<SearchSubject> subjects(List<String> methods, int m, int efConstruction)
            throws IOException {
        List<SearchSubject> subjects = new ArrayList<>();
        if (methods.contains("shard")) {
            subjects.add(ShardSubject.fill(set, IndexKind.FLAT, K));
            subjects.add(ShardSubject.fill(set, IndexKind.IVF, K));
        }
        if (methods.contains("lucene")) {
            subjects.add(LucenePeer.build(set, m, efConstruction, K));
        }
        if (methods.contains("jvector")) {
            subjects.add(JVectorPeer.build(set, m, efConstruction, K));
        }
        return subjects;
    }

    private static RecallCurve curve(SearchSubject subject, List<Run> runs) {
        RecallCurve curve = new RecallCurve(subject.method());
        for (int i = 0; i < subject.settings().size(); i++) {
            int setting = i;
            runs.add(
                    new Run(
                            curve.point(subject.settings().get(i)),
                            query -> subject.search(setting, query)));
        }
        return curve;
    }

    private void measure(
            List<Run> runs,
            List<RecallCurve> curves,
            double buildCpuSeconds,
            boolean withPeer,
            int m,
            int efConstruction)
            throws IOException, InterruptedException {
        RecallCurve exact = new RecallCurve("exact");
        Run exactRun =
                new Run(exact.point("f32"), query -> found(() -> exactScan.scan(all, query, top)));
        if (!withPeer || !HnswlibPeer.isAvailable()) {
            System.out.println("hnswlib is left out, or libhnswlib-dev is not installed");
            for (int round = 0; round <= rounds; round++) {
                round(round, runs, exactRun);
            }
            curves.add(exact);
            print(curves);
            return;
        }
        Path source = Path.of("benchmarks/src/main/native/hnswlib_peer.cpp");
        try (HnswlibPeer peer = HnswlibPeer.start(source, set, K, m, efConstruction, 1)) {
            HnswlibPeer.Times build = peer.awaitBuild();
            System.out.printf(
                    "build hnswlib M=%d efConstruction=%d, 1 thread: %.2f s (cpu %.2f s); that is"
                            + " %.1f times the cluster index%n",
                    m,
                    efConstruction,
                    build.seconds(),
                    build.cpuSeconds(),
                    build.cpuSeconds() / buildCpuSeconds);
            RecallCurve hnsw = new RecallCurve("hnswlib");
            for (int ef : EFS) {
                hnsw.point("ef=" + ef);
            }
            for (int round = 0; round <= rounds; round++) {
                round(round, runs, exactRun);
                peerRound(round, peer, hnsw);
            }
            curves.add(hnsw);
            curves.add(exact);
            print(curves);
            compare(curves, hnsw, exact);
        }
    }

    private void findTruth() {
        for (int query = 0; query < truth.length; query++) {
            top.reset(K, Float.NEGATIVE_INFINITY);
            exactScan.scan(all, set.queries().get(query), top);
            truth[query] = ordinals();
        }
    }

    private RecallCurve flat(List<Run> runs) {
        CodeSpace space = CodeSpace.centeredAtOrigin(Distance.COSINE, set.dimension(), SEED);
        encode(space);
        long start = threads.getCurrentThreadCpuTime();
        AppendableCodes encoded = encode(space);
        double seconds = (threads.getCurrentThreadCpuTime() - start) * 1e-9;
        System.out.printf("encode: %.0f rows per second of processor time%n", set.size() / seconds);
        FlatSearch search = new FlatSearch(space);
        RecallCurve curve = new RecallCurve("flat");
        for (double deviations : DEVIATIONS) {
            runs.add(
                    new Run(
                            curve.point("deviations=" + deviations),
                            query ->
                                    found(() ->
                                            search.search(encoded, all, query, deviations, top))));
        }
        return curve;
    }

    private AppendableCodes encode(CodeSpace space) {
        AppendableCodes codes =
                new AppendableCodes(space, bytes -> Arena.global().allocate(bytes, 64), 64);
        for (int row = 0; row < set.size(); row++) {
            codes.append(row, set.memory(row), set.position(row));
        }
        return codes;
    }

    /** Adds the cluster index and returns the processor seconds its building took, warmed up. */
    private double ivf(List<Run> runs, List<RecallCurve> curves) {
        build();
        long start = System.nanoTime();
        long cpuStart = threads.getCurrentThreadCpuTime();
        IvfIndex index = build();
        double cpuSeconds = (threads.getCurrentThreadCpuTime() - cpuStart) * 1e-9;
        System.out.printf(
                "build ivf, 1 thread: %.2f s (cpu %.2f s), %d clusters, %d bytes per row%n",
                (System.nanoTime() - start) * 1e-9,
                cpuSeconds,
                index.clusters(),
                index.body().byteSize() / set.size());
        IvfSearch search = new IvfSearch(index);
        RecallCurve curve = new RecallCurve("ivf");
        for (IvfSetting setting : index.settings()) {
            runs.add(
                    new Run(
                            curve.point("recall=" + setting.recall()),
                            query -> found(() -> search.search(all, query, setting, top))));
        }
        curves.add(curve);
        return cpuSeconds;
    }

    private IvfIndex build() {
        IvfParameters parameters = IvfParameters.forRows(set.size(), set.dimension(), SEED);
        return new IvfBuilder(set, RowMask.ALL, parameters, () -> false)
                .build(Distance.COSINE, Arena.global());
    }

    private void round(int round, List<Run> runs, Run exactRun) throws IOException {
        for (Run run : runs) {
            measure(round, run, truth.length);
        }
        measure(round, exactRun, Math.min(EXACT_QUERIES, truth.length));
    }

    /** What a search puts into {@link #top}. */
    private int[] found(Runnable search) {
        top.reset(K, Float.NEGATIVE_INFINITY);
        search.run();
        return ordinals();
    }

    private void measure(int round, Run run, int queries) throws IOException {
        int[][] found = new int[queries][];
        long start = System.nanoTime();
        long cpuStart = threads.getCurrentThreadCpuTime();
        for (int query = 0; query < queries; query++) {
            found[query] = run.search().run(set.queries().get(query));
        }
        double cpuSeconds = (threads.getCurrentThreadCpuTime() - cpuStart) * 1e-9;
        double seconds = (System.nanoTime() - start) * 1e-9;
        add(round, run.point(), found, queries / cpuSeconds, queries / seconds);
    }

    private void peerRound(int round, HnswlibPeer peer, RecallCurve hnsw) throws IOException {
        for (int i = 0; i < EFS.length; i++) {
            int[][] found = new int[truth.length][];
            HnswlibPeer.Times times = peer.search(EFS[i], found);
            add(
                    round,
                    hnsw.points().get(i),
                    found,
                    truth.length / times.cpuSeconds(),
                    truth.length / times.seconds());
        }
    }

    private void add(
            int round, RecallCurve.Point point, int[][] found, double byCpu, double byClock) {
        long hits = 0;
        for (int query = 0; query < found.length; query++) {
            for (int ordinal : found[query]) {
                for (int expected : truth[query]) {
                    hits += ordinal == expected ? 1 : 0;
                }
            }
        }
        if (round == 1) {
            point.clear();
        }
        point.add((double) hits / ((long) found.length * K), byCpu, byClock);
    }

    private int[] ordinals() {
        top.sort();
        int[] ordinals = new int[top.size()];
        for (int place = 0; place < ordinals.length; place++) {
            ordinals[place] = TopK.ordinal(top.row(place));
        }
        return ordinals;
    }

    private static void print(List<RecallCurve> curves) {
        System.out.printf(
                "%n%-10s %-16s %9s %12s %12s%n",
                "method", "setting", "recall@10", "queries/cpu-s", "queries/s");
        for (RecallCurve curve : curves) {
            for (RecallCurve.Point point : curve.points()) {
                System.out.printf(
                        "%-10s %-16s %9.4f %12.0f %12.0f%n",
                        curve.method(),
                        point.setting(),
                        point.recall(),
                        point.rateByCpu(),
                        point.rateByClock());
            }
        }
    }

    private void compare(List<RecallCurve> curves, RecallCurve hnsw, RecallCurve exact) {
        System.out.printf("%nqueries per second of processor time, ratio (least to most)%n");
        for (double target : TARGETS) {
            for (RecallCurve curve : curves.subList(0, curves.size() - 2)) {
                ratio(curve, hnsw, target);
            }
        }
        ratio(curves.getFirst(), exact, 0.99);
    }

    private static void ratio(RecallCurve curve, RecallCurve peer, double target) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < curve.rounds(); round++) {
            ratios.add(curve.rateAt(target, round) / peer.rateAt(target, round));
        }
        System.out.printf(
                "recall %.3f: %s / %s = %.2f (%.2f to %.2f)%n",
                target,
                curve.method(),
                peer.method(),
                RecallCurve.median(ratios),
                ratios.stream().mapToDouble(Double::doubleValue).min().orElse(0),
                ratios.stream().mapToDouble(Double::doubleValue).max().orElse(0));
    }
}
