package io.moraine.benchmarks;

import io.moraine.devbroker.DevBroker;
import io.moraine.ingest.CollectionRegistry;
import io.moraine.ingest.LiveCollection;
import io.moraine.ingest.client.IngestSettings;
import io.moraine.ingest.client.KafkaSettings;
import io.moraine.ingest.definition.CollectionRequest;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.storage.Shard;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
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
 */
public final class FreshnessBenchmark {

    private static final String TOPIC = "freshness";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long LOOK_EVERY_NANOS = 50_000;
    private static final int VALUES = 1_024;

    /** Records for each second of a saturated run: more than most machines take. */
    private static final int SATURATING = 60_000;

    private final long[] due;
    private final long[] polled;
    private final long[] applied;

    private final int lingerMs;

    private FreshnessBenchmark(int records, int lingerMs) {
        this.lingerMs = lingerMs;
        due = new long[records];
        polled = new long[records];
        applied = new long[records];
    }

    /** Runs the benchmark and prints a line a rate. */
    public static void main(String[] args) throws Exception {
        int dimension = args.length > 0 ? Integer.parseInt(args[0]) : 768;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        int given = args.length > 2 ? Integer.parseInt(args[2]) : 0;
        String percentages = args.length > 3 ? args[3] : "10,50,80";
        int lingerMs = args.length > 4 ? Integer.parseInt(args[4]) : 2;
        int full = given > 0 ? given : saturated(dimension, seconds, lingerMs);
        System.out.printf(
                "%d dimensions, f32, one partition, %d s a rate, 100 %% = %,d records/s%s, linger"
                        + " %d ms; %d processors, JDK %s%n",
                dimension,
                seconds,
                full,
                given > 0 ? "" : " (saturated)",
                lingerMs,
                Runtime.getRuntime().availableProcessors(),
                Runtime.version());
        run(dimension, seconds, full / 2, lingerMs, "warm-up");
        for (String percentage : percentages.split(",", -1)) {
            int rate = Math.max(1, full * Integer.parseInt(percentage.strip()) / 100);
            run(dimension, seconds, rate, lingerMs, percentage.strip() + " %");
        }
    }

    /**
     * The rate at which records become searchable while the producer never waits; the third run's.
     */
    private static int saturated(int dimension, int seconds, int lingerMs) throws Exception {
        int rate = 0;
        for (int i = 0; i < 3; i++) {
            int records = SATURATING * seconds;
            rate = run(dimension, records, Integer.MAX_VALUE, lingerMs, "saturated", records);
        }
        return rate;
    }

    private static void run(int dimension, int seconds, int rate, int lingerMs, String label)
            throws Exception {
        var _ = run(dimension, rate * seconds, rate, lingerMs, label, rate);
    }

    private static int run(
            int dimension, int records, int rate, int lingerMs, String label, int shownRate)
            throws Exception {
        Path directory = Files.createTempDirectory("moraine-freshness-benchmark");
        try (DevBroker broker = DevBroker.start(directory.resolve("kafka"), 0);
                VectorStore store =
                        VectorStore.open(StorageConfig.defaults(directory.resolve("data")));
                CollectionRegistry registry =
                        CollectionRegistry.start(
                                store,
                                KafkaSettings.of(broker.bootstrapServers()),
                                IngestSettings.defaults(directory.resolve("streams")),
                                Clock.systemUTC())) {
            LiveCollection collection =
                    registry.create(
                            new CollectionRequest(
                                    TOPIC,
                                    CollectionSchema.single(dimension, Distance.DOT),
                                    TOPIC,
                                    1,
                                    true,
                                    RecordFormat.F32),
                            TIMEOUT);
            FreshnessBenchmark one = new FreshnessBenchmark(records, lingerMs);
            one.measure(broker.bootstrapServers(), collection, dimension, rate);
            if (rate == Integer.MAX_VALUE) {
                int reached = one.searchablePerSecond();
                System.out.printf("%-9s %,7d records/s became searchable%n", label, reached);
                return reached;
            }
            one.print(label, shownRate);
            return shownRate;
        } finally {
            delete(directory);
        }
    }

    private void measure(String servers, LiveCollection collection, int dimension, int rate)
            throws InterruptedException {
        Shard shard = collection.shard(0).orElseThrow();
        AtomicBoolean ready = new AtomicBoolean();
        Thread poller = Thread.ofPlatform().start(() -> poll(servers, ready));
        Thread watcher = Thread.ofPlatform().start(() -> watch(shard));
        while (!ready.get()
                || collection.positions().getFirst().lastContact() == null
                || !collection.status().detail().isEmpty()) {
            Thread.sleep(10);
        }
        produce(servers, dimension, rate);
        poller.join();
        watcher.join();
    }

    private void produce(String servers, int dimension, int rate) {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        servers,
                        "linger.ms",
                        lingerMs,
                        "batch.size",
                        256 << 10,
                        "buffer.memory",
                        64L << 20);
        // Made before, so that it takes nothing from what is measured.
        byte[][] values = values(dimension);
        try (var producer =
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.partitionsFor(TOPIC);
            long start = System.nanoTime();
            for (int i = 0; i < due.length; i++) {
                due[i] = start + (long) (i * 1e9 / rate);
                while (due[i] - System.nanoTime() > 0) {
                    LockSupport.parkNanos(Math.min(100_000, due[i] - System.nanoTime()));
                }
                byte[] key = ("point-" + i).getBytes(StandardCharsets.US_ASCII);
                var _ =
                        producer.send(
                                new ProducerRecord<>(TOPIC, 0, key, values[i % values.length]));
            }
        }
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

    /** Over the second half, when everything runs. */
    private int searchablePerSecond() {
        int half = applied.length / 2;
        int last = applied.length - 1;
        return (int) ((last - half) * 1e9 / Math.max(1, applied[last] - applied[half]));
    }

    private void poll(String servers, AtomicBoolean ready) {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        servers,
                        "isolation.level",
                        "read_committed",
                        "enable.auto.commit",
                        false,
                        "max.poll.records",
                        1000,
                        "max.partition.fetch.bytes",
                        4 << 20);
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(TOPIC, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            consumer.position(partition);
            ready.set(true);
            int seen = 0;
            while (seen < polled.length) {
                var records = consumer.poll(Duration.ofSeconds(1));
                long now = System.nanoTime();
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    polled[(int) record.offset()] = now;
                    seen++;
                }
            }
        }
    }

    private void watch(Shard shard) {
        int seen = 0;
        while (seen < applied.length) {
            long next = shard.appliedOffset();
            long now = System.nanoTime();
            while (seen < next) {
                applied[seen++] = now;
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    private void print(String label, int rate) {
        double[] toPoll = millis(polled);
        double[] toSearch = millis(applied);
        System.out.printf(
                "%-8s %,7d records/s: to a consumer p50 %.2f p99 %.2f ms, to a search p50 %.2f p99"
                        + " %.2f ms, ratio p50 %.2f p99 %.2f%n",
                label,
                rate,
                at(toPoll, 0.50),
                at(toPoll, 0.99),
                at(toSearch, 0.50),
                at(toSearch, 0.99),
                at(toSearch, 0.50) / at(toPoll, 0.50),
                at(toSearch, 0.99) / at(toPoll, 0.99));
    }

    /** Times of the records behind the first tenth, in which caches fill and threads wake. */
    private double[] millis(long[] reached) {
        double[] millis = new double[due.length - due.length / 10];
        for (int i = 0; i < millis.length; i++) {
            int record = due.length / 10 + i;
            millis[i] = (reached[record] - due[record]) / 1e6;
        }
        Arrays.sort(millis);
        return millis;
    }

    private static double at(double[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))];
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
