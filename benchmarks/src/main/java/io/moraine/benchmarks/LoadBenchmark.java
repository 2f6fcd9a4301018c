package io.moraine.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.StorageException;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.IndexKind;
import io.moraine.storage.model.SearchEffort;
import io.moraine.storage.model.SearchRequest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Searches while the same shard is being written to, beside searches of the idle shard before and
 * after: latencies, and recall over all points applied when the search began. Written is at half of
 * two rates: the one it can take for ever, at which all that follows takes all processors, and the
 * one it accepts for a while. Searches come one after another, which takes a processor for itself,
 * and again at a fixed rate, counted from when each was due. Of the operations, three in four give
 * a point another vector, one in five adds a point, the others delete one; sealing, merging and
 * building go on as they do in service.
 *
 * <p>Each of these is repeated, idle windows between loaded ones; what counts is the median of the
 * ratios.
 *
 * <p>Arguments: {@code VECTORS.f16 [seconds] [share of the full rate] [dimension] [searches per
 * second] [rounds]}.
 */
public final class LoadBenchmark {

    private static final int K = 10;
    private static final long SEAL_BYTES = 64L << 20;
    private static final int TRUTH_EVERY = 50;
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    /** What is tried first, as a share of the rate accepted for a while. */
    private static final double TRIAL_SHARE = 0.1;

    private static final byte[] NO_PAYLOAD = new byte[0];

    private final EmbeddingSet set;
    private final TemporaryShard shard;
    private final double seconds;
    private final double searchesPerSecond;
    private final int rounds;
    private final Random random = new Random(11);
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final OperatingSystemMXBean process =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /**
     * What came of searching for a while.
     *
     * @param waits the part of each latency in which the searching thread did not run
     */
    private record Result(double recall, Latencies latencies, Latencies waits) {}

    private LoadBenchmark(
            EmbeddingSet set,
            TemporaryShard shard,
            double seconds,
            double searchesPerSecond,
            int rounds) {
        this.set = set;
        this.shard = shard;
        this.seconds = seconds;
        this.searchesPerSecond = searchesPerSecond;
        this.rounds = rounds;
    }

    /** Runs. */
    public static void main(String[] args) throws Exception {
        double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 15;
        double share = args.length > 2 ? Double.parseDouble(args[2]) : 0.5;
        int dimension = args.length > 3 ? Integer.parseInt(args[3]) : 384;
        double searches = args.length > 4 ? Double.parseDouble(args[4]) : 200;
        int rounds = args.length > 5 ? Integer.parseInt(args[5]) : 3;
        EmbeddingSet set = EmbeddingSet.read(Path.of(args[0]), dimension);
        try (TemporaryShard shard = TemporaryShard.open(dimension, IndexKind.IVF, SEAL_BYTES)) {
            shard.fill(set, List.of());
            new LoadBenchmark(set, shard, seconds, searches, rounds).run(share);
        }
    }

    private void run(double share) throws IOException, InterruptedException, ExecutionException {
        search(1, Double.POSITIVE_INFINITY);
        write(Double.POSITIVE_INFINITY, 2, new AtomicBoolean());
        settle();
        double accepted = write(Double.POSITIVE_INFINITY, seconds, new AtomicBoolean()) / seconds;
        settle();
        double sustained = sustained(TRIAL_SHARE * accepted);
        sustained = sustained(sustained * share);
        System.out.printf(
                Locale.ROOT,
                "nobody searching: %.0f operations/s accepted, %.0f sustained: then they and the"
                        + " sealing, merging and indexing that follows take all processors%n",
                accepted,
                sustained);
        for (double rate : new double[] {sustained * share, accepted * share}) {
            for (double pace : new double[] {Double.POSITIVE_INFINITY, searchesPerSecond}) {
                System.out.println(
                        Double.isInfinite(pace)
                                ? "searches one after another"
                                : "%.0f searches a second".formatted(pace));
                windows(rate, pace);
            }
        }
    }

    /**
     * Operations a second at which writing, sealing, merging and indexing would take all processors
     * all of the time, from the processor time that a lower rate takes. Writing as fast as it goes
     * and settling afterwards would not tell: of points written often before the first merge, all
     * but the last row cost next to nothing.
     */
    private double sustained(double rate) {
        long before = process.getProcessCpuTime();
        long written = write(rate, 2 * seconds, new AtomicBoolean());
        settle();
        double busySeconds = (process.getProcessCpuTime() - before) * 1e-9;
        System.out.printf(
                Locale.ROOT,
                "nobody searching, %.0f operations/s: %.2f of the processors' time%n",
                written / (2 * seconds),
                busySeconds / (2 * seconds * PROCESSORS));
        return written / busySeconds * PROCESSORS;
    }

    private Result loaded(double rate, double pace)
            throws IOException, InterruptedException, ExecutionException {
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService writers = Executors.newSingleThreadExecutor()) {
            Future<Long> writing = writers.submit(() -> write(rate, 10 * seconds, done));
            long start = System.nanoTime();
            Result loaded = search(seconds, pace);
            done.set(true);
            double took = (System.nanoTime() - start) * 1e-9;
            print("at %.0f operations/s".formatted(writing.get() / took), loaded);
            return loaded;
        }
    }

    /**
     * Idle and loaded windows in turn: each loaded one is compared with the idle ones beside it.
     */
    private void windows(double rate, double pace)
            throws IOException, InterruptedException, ExecutionException {
        List<Double> recalls = new ArrayList<>();
        List<Double> medians = new ArrayList<>();
        List<Double> tails = new ArrayList<>();
        Result before = idle(pace);
        for (int round = 0; round < rounds; round++) {
            Result loaded = loaded(rate, pace);
            settle();
            Result after = idle(pace);
            recalls.add(2 * loaded.recall() / (before.recall() + after.recall()));
            medians.add(ratio(loaded, before, after, 0.5));
            tails.add(ratio(loaded, before, after, 0.99));
            before = after;
        }
        System.out.printf(
                Locale.ROOT,
                "loaded / idle beside it: recall %s; p50 %s; p99 %s%n",
                spread(recalls),
                spread(medians),
                spread(tails));
    }

    private static double ratio(Result loaded, Result before, Result after, double share) {
        return 2
                * loaded.latencies().microseconds(share)
                / (before.latencies().microseconds(share) + after.latencies().microseconds(share));
    }

    private static String spread(List<Double> ratios) {
        Collections.sort(ratios);
        return String.format(
                Locale.ROOT,
                "%.3f (%.3f to %.3f)",
                ratios.get(ratios.size() / 2),
                ratios.getFirst(),
                ratios.getLast());
    }

    private void settle() {
        shard.settle();
        shard.shard().merge();
        shard.settle();
    }

    private Result idle(double pace) {
        Result result = search(seconds, pace);
        print("idle", result);
        return result;
    }

    private void print(String when, Result result) {
        System.out.printf(
                Locale.ROOT,
                "%-28s recall@10 %.4f %s, waiting p99 %.1f us  (%s)%n",
                when,
                result.recall(),
                result.latencies(),
                result.waits().microseconds(0.99),
                shard.describe());
    }

    /**
     * Searches for so long.
     *
     * @param perSecond how often a search is due; infinite for one after another. Finding out the
     *     truth takes longer than that, so the next one is due a whole interval after it
     */
    private Result search(double lasting, double perSecond) {
        Latencies latencies = new Latencies();
        Latencies waits = new Latencies();
        RecallCount recall = new RecallCount();
        long interval = Double.isInfinite(perSecond) ? 0 : (long) (1e9 / perSecond);
        long due = System.nanoTime();
        long end = due + (long) (lasting * 1e9);
        for (int i = 0; System.nanoTime() < end; i++) {
            float[] query = set.queries().get(i % set.queries().size());
            SearchRequest request = SearchRequest.nearest(0, query, K);
            due = interval == 0 ? System.nanoTime() : due + interval;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            long cpuStart = threads.getCurrentThreadCpuTime();
            try (ShardSnapshot snapshot = shard.shard().snapshot()) {
                List<Hit> hits = snapshot.search(request);
                long took = System.nanoTime() - due;
                latencies.add(took);
                waits.add(took - (threads.getCurrentThreadCpuTime() - cpuStart));
                if (i % TRUTH_EVERY == 0) {
                    recall.add(hits, snapshot.search(request.with(SearchEffort.EXACT)));
                    due = System.nanoTime();
                }
            }
        }
        return new Result(recall.share(), latencies, waits);
    }

    /** Writes at a rate until it is done or so long; returns how many operations. */
    private long write(double rate, double lasting, AtomicBoolean done) {
        long written = 0;
        long start = System.nanoTime();
        double elapsed = 0;
        while (!done.get() && elapsed < lasting) {
            double due = Math.min(rate * elapsed, written + 256.0);
            while (written < due && !done.get()) {
                try {
                    operation();
                    written++;
                } catch (StorageException.WriteStalled untilSealed) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
            elapsed = (System.nanoTime() - start) * 1e-9;
            if (rate * elapsed < written + 1) {
                LockSupport.parkNanos(200_000);
            }
        }
        return written;
    }

    private void operation() {
        int ordinal = random.nextInt(set.size());
        int kind = random.nextInt(20);
        if (kind == 0) {
            shard.delete(random.nextInt(set.size()));
        } else if (kind <= 4) {
            shard.upsert(set.size() + random.nextInt(set.size()), set, ordinal, NO_PAYLOAD);
        } else {
            shard.upsert(random.nextInt(set.size()), set, ordinal, NO_PAYLOAD);
        }
    }
}
