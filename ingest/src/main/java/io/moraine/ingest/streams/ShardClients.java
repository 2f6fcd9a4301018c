package io.moraine.ingest.streams;

import io.moraine.ingest.partition.PartitionWriters;
import io.moraine.ingest.topic.SourceWatch;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/** The Kafka clients of one collection's Kafka Streams: plain ones, but for watched consumers. */
final class ShardClients implements KafkaClientSupplier {

    private final PartitionWriters writers;
    private final SourceWatch watch;
    private final BooleanSupplier paused;
    private final List<ShardConsumer> consumers = new CopyOnWriteArrayList<>();

    /**
     * Clients of a collection.
     *
     * @param paused whether nothing is to be read now
     */
    ShardClients(PartitionWriters writers, SourceWatch watch, BooleanSupplier paused) {
        this.writers = writers;
        this.watch = watch;
        this.paused = paused;
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return watched(ShardConsumer.applying(config, writers, watch, paused));
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return watched(ShardConsumer.restoring(config, writers, watch));
    }

    private ShardConsumer watched(ShardConsumer consumer) {
        consumers.add(consumer);
        return consumer;
    }

    /** Ends the threads that still poll, see {@link ShardConsumer#giveUp}. */
    void giveUp() {
        consumers.forEach(ShardConsumer::giveUp);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        throw new UnsupportedOperationException("the topology has no global stores");
    }
}
