package io.moraine.benchmarks;

import io.moraine.storage.MemoryTerm;
import io.moraine.storage.Shard;
import io.moraine.storage.ShardId;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.StorageException;
import io.moraine.storage.VectorStore;
import io.moraine.storage.WalSync;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PointId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The store alone, without Kafka: how fast operations are logged, applied and visible, beside a
 * plain sequential write of the same bytes; what they cost on disk and in memory; and how long a
 * shard takes to open. Arguments: {@code [points] [dimensions] [modes]}, such as {@code 200000
 * 128,384,768 batch,interval,os}; {@code open POINTS DIMENSION} for the opening times; {@code scale
 * DIMENSION} for how the rate of a million points compares with that of the first 100,000.
 */
public final class StoreBenchmark {

    private static final ShardId SHARD = new ShardId(new UUID(1, 2), new UUID(3, 4), 0);
    private static final int VECTORS = 1 << 12;
    private static final int WINDOW = 100_000;

    private final int dimension;
    private final float[][] vectors;

    private StoreBenchmark(int dimension) {
        this.dimension = dimension;
        this.vectors = new float[VECTORS][dimension];
        Random random = new Random(7);
        for (float[] vector : vectors) {
            for (int i = 0; i < dimension; i++) {
                vector[i] = (float) random.nextGaussian();
            }
        }
    }

    /** Runs the benchmark and prints a line a measurement. */
    public static void main(String[] args) throws IOException {
        Path root = Files.createTempDirectory("moraine-store");
        try {
            if (args.length > 0 && args[0].equals("open")) {
                new StoreBenchmark(Integer.parseInt(args[2]))
                        .opening(root, Integer.parseInt(args[1]));
                return;
            }
            if (args.length > 0 && args[0].equals("scale")) {
                new StoreBenchmark(Integer.parseInt(args[1])).scale(root);
                return;
            }
            int points = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
            String dimensions = args.length > 1 ? args[1] : "128,384,768";
            String modes = args.length > 2 ? args[2] : "batch,interval,os";
            for (String dimension : dimensions.split(",", -1)) {
                StoreBenchmark benchmark = new StoreBenchmark(Integer.parseInt(dimension));
                benchmark.ingest(root, WalSync.OS, Math.min(points, 50_000), "warm-up");
                for (String mode : modes.split(",", -1)) {
                    benchmark.plainWrite(root, points);
                    benchmark.ingest(
                            root, WalSync.valueOf(mode.toUpperCase(Locale.ROOT)), points, mode);
                }
            }
        } finally {
            delete(root);
        }
    }

    private long bytesPerPoint() {
        return 4L * dimension;
    }

    /** The yardstick: as many bytes, in pieces of one operation, to one file, forced at the end. */
    private void plainWrite(Path root, int points) throws IOException {
        Path path = root.resolve("plain");
        byte[] piece = new byte[4 * dimension + 80];
        new Random(1).nextBytes(piece);
        byte[] group = new byte[piece.length * 64];
        for (int i = 0; i < 64; i++) {
            System.arraycopy(piece, 0, group, i * piece.length, piece.length);
        }
        long started = System.nanoTime();
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            for (int i = 0; i < points; i += 64) {
                file.write(group);
            }
            file.getFD().sync();
        }
        print("plain", points, System.nanoTime() - started, "");
        Files.delete(path);
    }

    private void ingest(Path root, WalSync mode, int points, String name) throws IOException {
        Path directory = root.resolve("store");
        long written = writtenBytes();
        long started = System.nanoTime();
        double late = 0;
        double early = 0;
        try (VectorStore store = VectorStore.open(config(directory, mode))) {
            Shard shard = store.openShard(SHARD, CollectionSchema.single(dimension, Distance.DOT));
            try (OperationEncoder encoder = new OperationEncoder(shard.schema())) {
                int tenth = points / 10;
                for (int from = 0; from < points; from += tenth) {
                    long begun = System.nanoTime();
                    apply(shard, encoder, from, Math.min(points, from + tenth));
                    double rate = tenth * 1e9 / (System.nanoTime() - begun);
                    early = from == tenth ? rate : early;
                    late = rate;
                }
            }
            shard.sync();
            long nanos = System.nanoTime() - started;
            long counted =
                    shard.memory().stream()
                            .filter(MemoryTerm::counted)
                            .mapToLong(MemoryTerm::bytes)
                            .sum();
            print(
                    name,
                    points,
                    nanos,
                    "last tenth / second tenth=%.2f resident bytes/point=%.0f disk bytes/point=%.0f"
                            .formatted(
                                    late / early,
                                    counted / (double) points,
                                    shard.status().diskBytes() / (double) points));
        }
        System.out.printf(
                "      written to disk / vector bytes=%.2f%n",
                (writtenBytes() - written) / (double) (points * bytesPerPoint()));
        delete(directory);
    }

    /**
     * The rate of a run of a million points beside that of a run of 100,000, and of each 100,000
     * points of the former. A rate that ends with the last operation leaves rows unsealed, which
     * the log alone took; the one that ends when all rows are sealed counts all the work.
     */
    private void scale(Path root) throws IOException {
        ingest(root, WalSync.OS, 50_000, "warm-up");
        Run small = run(root, WINDOW);
        Run large = run(root, 10 * WINDOW);
        System.out.printf(Locale.ROOT, "small: %s%nlarge: %s%n", small, large);
        System.out.printf(
                Locale.ROOT,
                "1,000,000 / 100,000: applied=%.2f sealed=%.2f; last window / first=%.2f, /"
                        + " second=%.2f, / mean from the second on=%.2f%n",
                large.applied() / small.applied(),
                large.sealed() / small.sealed(),
                large.windows().getLast() / large.windows().getFirst(),
                large.windows().getLast() / large.windows().get(1),
                large.windows().getLast() / large.sustained());
    }

    /**
     * Operations a second.
     *
     * @param windows of each {@link #WINDOW} operations
     * @param applied until the last operation was applied
     * @param sealed until all rows were sealed
     */
    private record Run(List<Double> windows, double applied, double sealed) {

        /** Over all windows but the first, which fills what may wait to be sealed. */
        double sustained() {
            List<Double> later = windows.subList(1, windows.size());
            return later.size()
                    / later.stream().mapToDouble(rate -> 1 / rate).reduce(0, Double::sum);
        }

        @Override
        public String toString() {
            return "applied=%.0f/s sealed=%.0f/s windows=%s"
                    .formatted(
                            applied,
                            sealed,
                            windows.stream().map(rate -> "%.0f".formatted(rate)).toList());
        }
    }

    private Run run(Path root, int points) throws IOException {
        Path directory = root.resolve("store");
        List<Double> windows = new ArrayList<>();
        long started;
        double applied;
        double sealed;
        try (VectorStore store = VectorStore.open(config(directory, WalSync.INTERVAL))) {
            Shard shard = store.openShard(SHARD, CollectionSchema.single(dimension, Distance.DOT));
            try (OperationEncoder encoder = new OperationEncoder(shard.schema())) {
                started = System.nanoTime();
                for (int from = 0; from < points; from += WINDOW) {
                    long begun = System.nanoTime();
                    apply(shard, encoder, from, from + WINDOW);
                    windows.add(rate(WINDOW, begun));
                }
            }
            applied = rate(points, started);
            shard.checkpoint();
            sealed = rate(points, started);
        }
        delete(directory);
        return new Run(windows, applied, sealed);
    }

    private static double rate(int points, long startedNanos) {
        return points * 1e9 / (System.nanoTime() - startedNanos);
    }

    private void opening(Path root, int points) throws IOException {
        Path directory = root.resolve("store");
        CollectionSchema schema = CollectionSchema.single(dimension, Distance.DOT);
        try (VectorStore store = VectorStore.open(config(directory, WalSync.INTERVAL));
                OperationEncoder encoder = new OperationEncoder(schema)) {
            apply(store.openShard(SHARD, schema), encoder, 0, points);
        }
        open(directory, schema, "clean");
        VectorStore abandoned = VectorStore.open(config(directory, WalSync.INTERVAL));
        try (OperationEncoder encoder = new OperationEncoder(schema)) {
            Shard shard = abandoned.openShard(SHARD, schema);
            apply(shard, encoder, points, points + Math.min(points / 10, 100_000));
            shard.sync();
        }
        Path killed = root.resolve("killed");
        copy(directory, killed);
        abandoned.close();
        open(killed, schema, "after a kill");
        open(killed, schema, "clean again");
    }

    private void open(Path directory, CollectionSchema schema, String name) {
        long started = System.nanoTime();
        try (VectorStore store = VectorStore.open(config(directory, WalSync.INTERVAL))) {
            Shard shard = store.openShard(SHARD, schema);
            System.out.printf(
                    "open %-14s points=%d ms=%d replayed=%d (%d MiB of log)%n",
                    name,
                    shard.status().livePoints(),
                    (System.nanoTime() - started) / 1_000_000,
                    shard.status().recovery().replayedFrames(),
                    shard.status().recovery().replayedBytes() >> 20);
        }
    }

    private void apply(Shard shard, OperationEncoder encoder, int from, int to) {
        for (int i = from; i < to; ) {
            encoder.begin(OperationKind.UPSERT, 1_000);
            encoder.id(PointId.of(i));
            encoder.vector(0, vectors[i % VECTORS]);
            try {
                shard.apply(i, 0, encoder.finish());
                i++;
            } catch (StorageException.WriteStalled full) {
                Thread.onSpinWait();
            }
        }
    }

    private void print(String name, int points, long nanos, String more) {
        System.out.printf(
                "%4d dims %-10s %9.0f operations/s %7.0f MB/s %s%n",
                dimension,
                name,
                points * 1e9 / nanos,
                points * bytesPerPoint() * 1e3 / nanos,
                more);
    }

    private static StorageConfig config(Path directory, WalSync mode) {
        return StorageConfig.defaults(directory)
                .withWalSync(mode)
                .withSegments(64L << 20, 1 << 20)
                .withIvfRowsMin(Integer.MAX_VALUE);
    }

    /** Bytes this process sent towards the disk so far; 0 where the system does not tell. */
    private static long writtenBytes() throws IOException {
        Path io = Path.of("/proc/self/io");
        if (!Files.exists(io)) {
            return 0;
        }
        return Files.readAllLines(io).stream()
                .filter(line -> line.startsWith("write_bytes"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 2)))
                .sum();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path target = to.resolve(from.relativize(path));
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else if (!path.endsWith("LOCK")) {
                    Files.copy(path, target);
                }
            }
        }
    }

    private static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> all = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(root)) {
            paths.sorted(Comparator.reverseOrder()).forEach(all::add);
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
