package io.moraine.ingest.streams;

import io.moraine.ingest.client.KafkaLink;
import io.moraine.ingest.partition.PartitionWriters;
import io.moraine.ingest.topic.SourceWatch;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/** The Kafka clients of one collection's Kafka Streams: plain ones, but for watched consumers. */
final class ShardClients implements KafkaClientSupplier {

    private static final Logger LOG = System.getLogger(ShardClients.class.getName());
    private static final Duration REMOVAL_TIMEOUT = Duration.ofSeconds(3);

    private final PartitionWriters writers;
    private final SourceWatch watch;
    private final BooleanSupplier paused;
    private final List<ShardConsumer> consumers = new CopyOnWriteArrayList<>();
    private volatile @Nullable Map<String, Object> adminConfig;

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
        adminConfig = Map.copyOf(config);
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

    /**
     * Ends the threads that still poll, see {@link ShardConsumer#giveUp}, and takes them out of
     * their group. They cannot leave it themselves: what they send to leave stands behind their
     * request to join, and the group would give partitions to them that nobody reads then.
     *
     * @param group the group
     */
    void giveUp(String group) {
        consumers.forEach(ShardConsumer::giveUp);
        Map<String, Object> config = adminConfig;
        Set<MemberToRemove> members =
                consumers.stream()
                        .flatMap(consumer -> consumer.instanceId().stream())
                        .map(MemberToRemove::new)
                        .collect(Collectors.toSet());
        if (config == null || members.isEmpty()) {
            return;
        }
        Admin admin = Admin.create(config);
        try {
            KafkaLink.await(
                    admin.removeMembersFromConsumerGroup(
                                    group, new RemoveMembersFromConsumerGroupOptions(members))
                            .all(),
                    REMOVAL_TIMEOUT);
        } catch (KafkaException stay) {
            LOG.log(Level.DEBUG, "members of " + group + " stay until their session ends", stay);
        } finally {
            admin.close(Duration.ZERO);
        }
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        throw new UnsupportedOperationException("the topology has no global stores");
    }
}
