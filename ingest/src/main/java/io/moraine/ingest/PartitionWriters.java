package io.moraine.ingest;

import io.moraine.storage.Shard;
import io.moraine.storage.VectorStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/**
 * The open shards of one collection, by partition. They stay open whatever Kafka Streams does with
 * its tasks: state stores attach to them and let go again. Safe for use by several threads.
 */
final class PartitionWriters implements AutoCloseable {

    private final VectorStore store;
    private final CollectionDefinition definition;
    private final RejectionLog rejections;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final LongAdder records = new LongAdder();
    private final Map<Integer, PartitionWriter> writers = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> attached = new ConcurrentHashMap<>();

    PartitionWriters(VectorStore store, CollectionDefinition definition, RejectedRecordSink sink) {
        this.store = store;
        this.definition = definition;
        this.rejections = new RejectionLog(definition, sink);
    }

    CollectionDefinition definition() {
        return definition;
    }

    /** The writer of a partition; opens the shard unless it is open. */
    PartitionWriter open(int partition) {
        return writers.computeIfAbsent(
                partition,
                p -> {
                    Shard shard = store.openShard(definition.shard(p), definition.schema());
                    return new PartitionWriter(definition, shard, rejections, closing, records);
                });
    }

    /** The writer of a partition whose shard is open. */
    Optional<PartitionWriter> find(int partition) {
        return Optional.ofNullable(writers.get(partition));
    }

    /** Notes that a task follows a partition, and hands out its writer. */
    PartitionWriter attach(int partition) {
        PartitionWriter writer = open(partition);
        attached.merge(partition, 1, Integer::sum);
        return writer;
    }

    /** Notes that a task follows a partition no longer. */
    void detach(int partition) {
        attached.computeIfPresent(partition, (p, tasks) -> tasks > 1 ? tasks - 1 : null);
    }

    /** Whether a task follows a partition, as its reader or as a standby. */
    boolean isAttached(int partition) {
        return attached.containsKey(partition);
    }

    long records() {
        return records.sum();
    }

    RejectionLog rejections() {
        return rejections;
    }

    /** Makes threads that wait for the disk give up. */
    void stopWaiting() {
        closing.countDown();
    }

    /** Whether {@link #stopWaiting} was called. */
    CountDownLatch closing() {
        return closing;
    }

    /** Lets go of the shards, which stay open; no thread may write any more. */
    @Override
    public void close() {
        stopWaiting();
        writers.values().forEach(PartitionWriter::close);
        writers.clear();
    }
}
