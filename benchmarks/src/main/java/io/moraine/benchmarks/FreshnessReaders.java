package io.moraine.benchmarks;

import io.moraine.storage.Shard;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The two who wait for records in {@link FreshnessBenchmark}: a plain {@code read_committed}
 * consumer, and one that looks at the shard's applied offset, from when on searches find a record.
 */
final class FreshnessReaders implements AutoCloseable {

    private static final long LOOK_EVERY_NANOS = 100_000;

    private final String servers;
    private final TopicPartition partition;
    private final Shard shard;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Thread poller = Thread.ofPlatform().name("plain-consumer").unstarted(this::poll);
    private final Thread watcher = Thread.ofPlatform().name("watcher").unstarted(this::watch);
    private volatile FreshnessTimes times = new FreshnessTimes(0, 0);
    private volatile boolean closed;

    FreshnessReaders(String servers, String topic, Shard shard) {
        this.servers = servers;
        this.partition = new TopicPartition(topic, 0);
        this.shard = shard;
    }

    /** Starts both, and waits until the consumer has its place. */
    void start() throws InterruptedException {
        poller.start();
        watcher.start();
        ready.await();
    }

    /** Names where times go from now on; everything before has been seen. */
    void expect(FreshnessTimes next) {
        times = next;
    }

    private void poll() {
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
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long seen = consumer.position(partition);
            ready.countDown();
            while (!closed) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
                if (!records.isEmpty()) {
                    long now = System.nanoTime();
                    long next = records.records(partition).getLast().offset() + 1;
                    times.polled(seen, next, now);
                    seen = next;
                }
            }
        }
    }

    private void watch() {
        long seen = 0;
        while (!closed) {
            long next = shard.appliedOffset();
            if (next > seen) {
                times.applied(seen, next, System.nanoTime());
                seen = next;
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            poller.join();
            watcher.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
