package io.moraine.benchmarks;

import io.moraine.storage.internal.index.ByteDot;
import io.moraine.storage.internal.index.ExactScan;
import io.moraine.storage.internal.index.Kernels;
import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.SearchRows;
import io.moraine.storage.internal.index.Similarity;
import io.moraine.storage.internal.index.TopK;
import io.moraine.storage.internal.index.UnitLength;
import io.moraine.storage.internal.index.VectorValues;
import io.moraine.storage.internal.index.code.CodeEncoder;
import io.moraine.storage.internal.index.code.CodeFormat;
import io.moraine.storage.internal.index.code.CodeKernel;
import io.moraine.storage.internal.index.code.CodeQuery;
import io.moraine.storage.internal.index.code.CodeSpace;
import io.moraine.storage.model.Distance;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collection;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Rows and GB per second of each kernel over 65,536 rows of 384 dimensions (100 MB of floats, 25 MB
 * of bytes, 4 MB of codes), beside loops that only read the same bytes. Queries are prepared as
 * often as there are rows.
 *
 * <p>Add {@code -Dmoraine.kernels=scalar} through {@code MORAINE_JAVA_OPTS} for the plain loops.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(KernelBenchmark.ROWS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KernelBenchmark {

    static final int ROWS = 1 << 16;

    private static final int DIMENSION = 384;
    private static final double CODE_BYTES =
            (double) CodeFormat.groupBytes(DIMENSION) / CodeFormat.GROUP_ROWS;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment rows = arena.allocate(4L * DIMENSION * ROWS, 64);
    private final MemorySegment bytes = arena.allocate((long) DIMENSION * ROWS, 64);
    private final ByteDot byteDot = ByteDot.fastest();
    private final MemorySegment scratch = arena.allocate(4L * DIMENSION, 64);
    private final CodeSpace space = CodeSpace.centeredAtOrigin(Distance.COSINE, DIMENSION, 1);
    private final long groupBytes = CodeFormat.groupBytes(DIMENSION);
    private final MemorySegment codes = arena.allocate(groupBytes * CodeFormat.groups(ROWS), 64);
    private final CodeEncoder encoder = new CodeEncoder(space);
    private final CodeKernel kernel = CodeKernel.fastest();
    private final CodeQuery codeQuery = new CodeQuery(space, kernel);
    private final float[] query = new float[DIMENSION];
    private final float[] bounds = new float[CodeFormat.GROUP_ROWS];
    private final TopK top = new TopK(10, Float.NEGATIVE_INFINITY);

    /** Makes the rows, of unit length. */
    @Setup
    public void fill() {
        Random random = new Random(1);
        for (int row = 0; row < ROWS; row++) {
            for (int i = 0; i < DIMENSION; i++) {
                float component = (float) random.nextGaussian();
                long at = (long) row * DIMENSION + i;
                rows.set(ValueLayout.JAVA_FLOAT, 4 * at, component);
                bytes.set(ValueLayout.JAVA_BYTE, at, (byte) (32 * component));
            }
            UnitLength.normalize(rows, 4L * DIMENSION * row, DIMENSION);
            encoder.encode(
                    rows,
                    4L * DIMENSION * row,
                    codes,
                    (row / CodeFormat.GROUP_ROWS) * groupBytes,
                    row % CodeFormat.GROUP_ROWS);
        }
        MemorySegment.copy(rows, ValueLayout.JAVA_FLOAT, 0, query, 0, DIMENSION);
        codeQuery.set(query, 1.5);
    }

    /** A loop that reads every eight bytes of the rows. */
    @Benchmark
    public long readRows() {
        long sum = 0;
        for (long at = 0; at < rows.byteSize(); at += 8) {
            sum += rows.get(ValueLayout.JAVA_LONG, at);
        }
        return sum;
    }

    /** A loop that reads every eight bytes of the codes. */
    @Benchmark
    public long readCodes() {
        long sum = 0;
        for (long at = 0; at < codes.byteSize(); at += 8) {
            sum += codes.get(ValueLayout.JAVA_LONG, at);
        }
        return sum;
    }

    /** The distances of the exact scan. */
    @State(Scope.Benchmark)
    public static class Metric {

        /** How rows are compared. */
        @Param({"DOT", "EUCLID", "MANHATTAN"})
        public Distance distance = Distance.DOT;
    }

    /** The exact scan. */
    @Benchmark
    public float scanRows(Metric metric) {
        top.reset(10, Float.NEGATIVE_INFINITY);
        ExactScan scan = new ExactScan(Similarity.of(metric.distance));
        scan.scan(SearchRows.of(new Values(rows), RowMask.ALL, 0), query, top);
        return top.threshold();
    }

    /** Inner products with bytes, as with centroids. */
    @Benchmark
    public float scanBytes() {
        float sum = 0;
        for (int row = 0; row < ROWS; row++) {
            sum += byteDot.product(query, bytes, (long) DIMENSION * row);
        }
        return sum;
    }

    /** The scan of codes. */
    @Benchmark
    public long scanCodes() {
        long wanted = 0;
        for (long group = 0; group < codes.byteSize(); group += groupBytes) {
            wanted += kernel.bounds(codes, group, codeQuery, 0, 0.5f, bounds);
        }
        return wanted;
    }

    /** Rotating and encoding. */
    @Benchmark
    public void encode() {
        for (int row = 0; row < ROWS; row++) {
            long group = (row / CodeFormat.GROUP_ROWS) * groupBytes;
            int groupRow = row % CodeFormat.GROUP_ROWS;
            encoder.encode(rows, 4L * DIMENSION * row, codes, group, groupRow);
        }
    }

    /** Rotating and quantizing a query. */
    @Benchmark
    public float prepareQuery() {
        for (int i = 0; i < ROWS; i++) {
            codeQuery.set(query, 1.5);
        }
        return codeQuery.slack();
    }

    /** Checking and scaling a vector that is not of unit length. */
    @Benchmark
    public boolean normalize() {
        boolean done = true;
        for (int row = 0; row < ROWS; row++) {
            MemorySegment.copy(rows, 4L * DIMENSION * row, scratch, 0, 4L * DIMENSION);
            scratch.set(ValueLayout.JAVA_FLOAT, 0, 2);
            done &= UnitLength.normalize(scratch, 0, DIMENSION);
        }
        return done;
    }

    /** Runs all of them, or those whose name contains the argument. */
    public static void main(String[] args) throws RunnerException {
        System.out.println("kernels: " + Kernels.inUse());
        String name = args.length > 0 ? args[0] : "";
        Collection<RunResult> results =
                new Runner(
                                new OptionsBuilder()
                                        .include(KernelBenchmark.class.getName() + ".*" + name)
                                        .build())
                        .run();
        System.out.printf("%n%-24s %14s %10s%n", "kernel", "million rows/s", "GB/s");
        for (RunResult result : results) {
            print(result);
        }
    }

    private static void print(RunResult result) {
        String method = result.getPrimaryResult().getLabel();
        String distance = result.getParams().getParam("distance");
        double nanos = result.getPrimaryResult().getScore();
        System.out.printf(
                Locale.ROOT,
                "%-24s %14.2f %10s%n",
                distance == null ? method : method + " " + distance.toLowerCase(Locale.ROOT),
                1e3 / nanos,
                switch (method) {
                    case "prepareQuery" -> "";
                    case "scanBytes" -> "%.2f".formatted(DIMENSION / nanos);
                    case "readCodes", "scanCodes" -> "%.2f".formatted(CODE_BYTES / nanos);
                    default -> "%.2f".formatted(4.0 * DIMENSION / nanos);
                });
    }

    /** The rows, in one run. */
    private record Values(MemorySegment rows) implements VectorValues {

        @Override
        public int size() {
            return ROWS;
        }

        @Override
        public int dimension() {
            return DIMENSION;
        }

        @Override
        public MemorySegment memory(int ordinal) {
            return rows;
        }

        @Override
        public long position(int ordinal) {
            return 4L * DIMENSION * ordinal;
        }

        @Override
        public int runEnd(int ordinal) {
            return ROWS;
        }
    }
}
