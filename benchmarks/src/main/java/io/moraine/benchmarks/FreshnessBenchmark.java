package io.moraine.benchmarks;

import io.moraine.ingest.LiveCollection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How long a record takes from its producer to a search, beside the time it takes to a plain
 * consumer of the same topic in the same run. Records are sent at a fixed rate, whatever becomes of
 * them; times are from the moment a record should have been sent.
 *
 * <p>Arguments: {@code [dimension] [seconds] [full rate, records/s] [percentages] [linger, ms]}.
 * Each percentage of the full rate is one line. A full rate of 0 stands for the one at which
 * producer, broker, plain consumer and ingestion together are saturated here, which is found out
 * first: the producer sends as fast as it is let, and the rate is that of records becoming
 * searchable.
 *
 * <p>One broker, one collection and one plain consumer serve all lines, and what is not counted
 * comes first: a process that is new spends its processors on the compiler.
 */
public final class FreshnessBenchmark implements AutoCloseable {

    private static final String TOPIC = "freshness";
    private static final int VALUES = 1_024;
    private static final int SATURATED_RUNS = 4;

    /** Records for each second of a saturated run: more than most machines take. */
    private static final int SATURATING = 60_000;

    /** Between two lines; what the one before left to do in the background is mostly done then. */
    private static final long REST_MS = 3_000;

    private final IngestNode node;
    private final FreshnessReaders readers;
    private final KafkaProducer<byte[], byte[]> producer;
    private final byte[][] values;
    private long sent;

    private FreshnessBenchmark(int dimension, int lingerMs) throws Exception {
        node = IngestNode.start();
        // Compacted, the broker's cleaner would take a processor from all four.
        LiveCollection collection = node.follow(TOPIC, Map.of(), dimension);
        readers =
                new FreshnessReaders(
                        node.bootstrapServers(), TOPIC, collection.shard(0).orElseThrow());
        producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                node.bootstrapServers(),
                                "linger.ms",
                                lingerMs,
                                "batch.size",
                                256 << 10,
                                "buffer.memory",
                                64L << 20),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        // Made before, so that it takes nothing from what is measured.
        values = values(dimension);
        readers.start();
        // Whoever measures from the first record on measures how long a group takes to form.
        var _ = run(1, 1, ProcessorTime.start());
    }

    /** Runs the benchmark and prints a line a rate. */
    public static void main(String[] args) throws Exception {
        int dimension = args.length > 0 ? Integer.parseInt(args[0]) : 768;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        int given = args.length > 2 ? Integer.parseInt(args[2]) : 0;
        String percentages = args.length > 3 ? args[3] : "10,50,80";
        int lingerMs = args.length > 4 ? Integer.parseInt(args[4]) : 2;
        try (FreshnessBenchmark benchmark = new FreshnessBenchmark(dimension, lingerMs)) {
            int saturated = benchmark.saturate(seconds);
            int full = given > 0 ? given : saturated;
            System.out.printf(
                    "%d dimensions, f32, one partition, %d s a rate, 100 %% = %,d records/s%s,"
                            + " linger %d ms; %d processors, JDK %s%n",
                    dimension,
                    seconds,
                    full,
                    given > 0 ? "" : " (saturated)",
                    lingerMs,
                    Runtime.getRuntime().availableProcessors(),
                    Runtime.version());
            benchmark.measure("warm-up", seconds, full / 2);
            for (String percentage : percentages.split(",", -1)) {
                int rate = Math.max(1, full * Integer.parseInt(percentage.strip()) / 100);
                benchmark.measure(percentage.strip() + " %", seconds, rate);
            }
        }
    }

    /** The rate at which records become searchable while the producer never waits. */
    private int saturate(int seconds) throws Exception {
        int rate = 0;
        for (int i = 0; i < SATURATED_RUNS; i++) {
            rate =
                    run(SATURATING * seconds, Integer.MAX_VALUE, ProcessorTime.start())
                            .searchablePerSecond();
            System.out.printf("saturated %,7d records/s became searchable%n", rate);
            Thread.sleep(REST_MS);
        }
        return rate;
    }

    private void measure(String label, int seconds, int rate) throws Exception {
        ProcessorTime time = ProcessorTime.start();
        FreshnessTimes times = run(rate * seconds, rate, time);
        System.out.printf("%-8s %,7d records/s: %s%n", label, rate, times);
        System.out.printf("         processors: %s%n", times.processors());
        if (Boolean.getBoolean("timeline")) {
            times.printTimeline();
        }
        Thread.sleep(REST_MS);
    }

    /** Sends records at a rate and waits until both readers have seen them all. */
    private FreshnessTimes run(int records, int rate, ProcessorTime time)
            throws IOException, InterruptedException {
        FreshnessTimes times = new FreshnessTimes(sent, records);
        readers.expect(times);
        long start = System.nanoTime();
        for (int i = 0; i < records; i++) {
            long due = start + (long) (i * 1e9 / rate);
            times.due(i, due);
            while (due - System.nanoTime() > 0) {
                LockSupport.parkNanos(Math.min(100_000, due - System.nanoTime()));
            }
            byte[] key = ("point-" + (sent + i)).getBytes(StandardCharsets.US_ASCII);
            var _ = producer.send(new ProducerRecord<>(TOPIC, 0, key, values[i % values.length]));
        }
        producer.flush();
        times.processors(time.shares());
        sent += records;
        times.await();
        return times;
    }

    private static byte[][] values(int dimension) {
        SplittableRandom random = new SplittableRandom(1);
        byte[][] values = new byte[VALUES][4 * dimension];
        for (byte[] value : values) {
            for (int c = 0; c < dimension; c++) {
                // Any finite float: the exponent's top bit stays clear.
                value[4 * c + 3] = (byte) (random.nextInt() & 0x3f);
            }
        }
        return values;
    }

    @Override
    public void close() throws IOException {
        producer.close();
        readers.close();
        node.close();
    }
}
