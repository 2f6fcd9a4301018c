package io.moraine.benchmarks;

import io.moraine.ingest.CollectionRegistry;
import io.moraine.ingest.LiveCollection;
import io.moraine.ingest.definition.CollectionRequest;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.storage.Shard;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One ingestion of a whole topic into a fresh collection, to <em>applied and logged</em>: the clock
 * stops when every record is searchable and safe in the synced log. The collection is deleted
 * afterwards.
 */
final class IngestRun {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final long STALL_NS = Duration.ofSeconds(60).toNanos();

    /**
     * What came of a run.
     *
     * @param recordsPerSecond from the first seen applied to the last
     * @param compilers processors that compiled meanwhile, on average
     */
    record Result(double recordsPerSecond, double compilers) {}

    private IngestRun() {}

    /** Ingests the topic. */
    static Result run(CollectionRegistry registry, VectorTopic topic) throws InterruptedException {
        RecordFormat format =
                topic.format() == VectorTopic.Format.F32 ? RecordFormat.F32 : RecordFormat.JSON;
        CollectionSchema schema = CollectionSchema.single(topic.dimension(), Distance.DOT);
        LiveCollection collection =
                registry.create(
                        new CollectionRequest(
                                topic.name(),
                                schema,
                                topic.name(),
                                topic.partitions(),
                                false,
                                format),
                        TIMEOUT);
        try {
            return measure(collection, topic);
        } finally {
            registry.delete(topic.name(), TIMEOUT);
        }
    }

    private static Result measure(LiveCollection collection, VectorTopic topic)
            throws InterruptedException {
        List<Shard> shards =
                IntStream.range(0, topic.partitions())
                        .mapToObj(partition -> collection.shard(partition).orElseThrow())
                        .toList();
        long first = await(shards, 1, false);
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        long compiled = compiler.getTotalCompilationTime();
        long start = System.nanoTime();
        await(shards, topic.records(), true);
        long elapsed = System.nanoTime() - start;
        compiled = compiler.getTotalCompilationTime() - compiled;
        long live = shards.stream().mapToLong(shard -> shard.status().livePoints()).sum();
        if (live != topic.records()) {
            throw new IllegalStateException(
                    "%s: %d of %d points; %s"
                            .formatted(topic.name(), live, topic.records(), collection.status()));
        }
        return new Result((topic.records() - first) * 1e9 / elapsed, compiled * 1e6 / elapsed);
    }

    /** Waits until so many records are applied, and durable if asked; returns how many are. */
    private static long await(List<Shard> shards, long records, boolean durable)
            throws InterruptedException {
        long seen = 0;
        long progressAt = System.nanoTime();
        while (true) {
            long done =
                    shards.stream()
                            .mapToLong(shard ->
                                    durable ? shard.durableOffset() : shard.appliedOffset())
                            .sum();
            if (done >= records) {
                return done;
            }
            if (done > seen) {
                seen = done;
                progressAt = System.nanoTime();
            } else if (System.nanoTime() - progressAt > STALL_NS) {
                throw new IllegalStateException("no progress at " + done + " of " + records);
            }
            Thread.sleep(1);
        }
    }
}
