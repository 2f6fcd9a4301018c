package io.moraine.benchmarks;

import io.moraine.ingest.LiveCollection;
import io.moraine.storage.Shard;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Whether memory stays flat: the same points are written over and over at a fixed rate, and every
 * half minute the heap after a collection, the process's own memory and what the shard holds
 * outside the heap are printed. Broker and producer are in the same process.
 *
 * <p>Arguments: {@code [dimension] [minutes] [rate, records/s] [points]}.
 */
public final class MemoryBenchmark {

    private static final String TOPIC = "memory";

    /** So that the broker's disk does not fill. */
    private static final Map<String, String> RETENTION =
            Map.of("retention.bytes", "2000000000", "segment.bytes", "200000000");

    private static final long LOOK_EVERY_NANOS = 30_000_000_000L;

    private MemoryBenchmark() {}

    /** Runs the benchmark and prints a line each half minute. */
    public static void main(String[] args) throws Exception {
        int dimension = args.length > 0 ? Integer.parseInt(args[0]) : 768;
        int minutes = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        int rate = args.length > 2 ? Integer.parseInt(args[2]) : 10_000;
        int points = args.length > 3 ? Integer.parseInt(args[3]) : 50_000;
        System.out.printf(
                "%d dimensions, f32, %,d records/s on %,d points for %d minutes; heap at most %d"
                        + " MiB, JDK %s%n",
                dimension,
                rate,
                points,
                minutes,
                Runtime.getRuntime().maxMemory() >> 20,
                Runtime.version());
        try (IngestNode node = IngestNode.start()) {
            LiveCollection collection = node.follow(TOPIC, RETENTION, dimension);
            run(node.bootstrapServers(), collection, dimension, minutes, rate, points);
        }
    }

    private static void run(
            String servers,
            LiveCollection collection,
            int dimension,
            int minutes,
            int rate,
            int points)
            throws IOException {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", servers, "linger.ms", 5, "batch.size", 256 << 10);
        byte[] value = new byte[4 * dimension];
        SplittableRandom random = new SplittableRandom(1);
        try (var producer =
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            long start = System.nanoTime();
            long end = start + minutes * 60_000_000_000L;
            long look = start + LOOK_EVERY_NANOS;
            for (long i = 0; System.nanoTime() < end; i++) {
                long due = start + (long) (i * 1e9 / rate);
                while (due - System.nanoTime() > 0) {
                    LockSupport.parkNanos(Math.min(1_000_000, due - System.nanoTime()));
                }
                value[4 * random.nextInt(dimension) + 3] = (byte) (random.nextInt() & 0x3f);
                byte[] key =
                        ("point-" + random.nextInt(points)).getBytes(StandardCharsets.US_ASCII);
                var _ = producer.send(new ProducerRecord<>(TOPIC, 0, key, value.clone()));
                if (System.nanoTime() > look) {
                    look += LOOK_EVERY_NANOS;
                    print((System.nanoTime() - start) / 1_000_000_000L, collection, i);
                }
            }
        }
    }

    private static void print(long second, LiveCollection collection, long sent)
            throws IOException {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        Shard shard = collection.shard(0).orElseThrow();
        System.out.printf(
                "%4d s: heap after collection %4d MiB, anonymous %5d MiB, resident %5d MiB, direct"
                    + " buffers %3d MiB, shard off heap %4d MiB, files %5d MiB, waiting %2d MiB,"
                    + " sent %,d, lag %,d%n",
                second,
                heap >> 20,
                ofProcess("RssAnon"),
                ofProcess("VmRSS"),
                directBytes() >> 20,
                shard.status().residentBytes() >> 20,
                shard.status().diskBytes() >> 20,
                collection.status().bufferedBytes() >> 20,
                sent,
                sent - shard.appliedOffset());
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** A line of the process's status in MiB, where the system has one. */
    private static long ofProcess(String name) throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return -1;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(Long::parseLong)
                .map(kib -> kib >> 10)
                .findFirst()
                .orElse(-1);
    }
}
