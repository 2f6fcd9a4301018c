package io.moraine.devbroker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * A real single-node Kafka in this process: broker and controller in one, listening on the loopback
 * interface only, its data under one directory. For development, the demo and tests; never for data
 * that matters, since there is one replica and no authentication.
 *
 * <p>Starting again on the same directory continues the same cluster: same cluster id, same topics,
 * same records. Several brokers may run side by side in one process, each on its own directory.
 *
 * <p>{@link #start} returns when clients can connect. All methods are safe for use by any thread;
 * the starter closes it.
 */
public final class DevBroker implements AutoCloseable {

    private final BrokerNode node;
    private final String clusterId;
    private final int port;
    private boolean closed;

    private DevBroker(BrokerNode node, String clusterId, int port) {
        this.node = node;
        this.clusterId = clusterId;
        this.port = port;
    }

    /**
     * Starts a broker, formatting its storage when the directory is new.
     *
     * @param directory where the broker keeps everything; created when absent
     * @param port the port clients connect to, or 0 for a free one
     * @throws DevBrokerException if it cannot start, for example because the port or the directory
     *     is in use
     */
    public static DevBroker start(Path directory, int port) {
        return start(directory, port, 0);
    }

    /**
     * Starts a broker that tells clients to connect to another port, where something stands between
     * them and it.
     *
     * @param directory where the broker keeps everything; created when absent
     * @param port the port it listens on, or 0 for a free one
     * @param advertisedPort the port it tells clients, or 0 for the one it listens on
     * @throws DevBrokerException if it cannot start, for example because the port or the directory
     *     is in use
     */
    public static DevBroker start(Path directory, int port, int advertisedPort) {
        return start(directory, port, advertisedPort, Map.of());
    }

    /**
     * Starts a broker with settings of its own, for example one that asks clients who they are.
     *
     * @param directory where the broker keeps everything; created when absent
     * @param port the port it listens on, or 0 for a free one
     * @param advertisedPort the port it tells clients, or 0 for the one it listens on
     * @param settings Kafka's own, which go before those this class would choose
     * @throws DevBrokerException if it cannot start, for example because the port or the directory
     *     is in use
     */
    public static DevBroker start(
            Path directory, int port, int advertisedPort, Map<String, String> settings) {
        Path root = directory.toAbsolutePath().normalize();
        BrokerProperties properties =
                new BrokerProperties(root.resolve("log"), port, advertisedPort, settings);
        String clusterId = format(properties);
        BrokerNode node;
        try {
            node = BrokerNode.start(properties);
        } catch (Exception e) {
            throw new DevBrokerException(
                    "Kafka broker did not start: directory=%s port=%s cause=%s; is another process using the port or the directory?"
                            .formatted(root, port == 0 ? "any" : port, reason(e)),
                    e);
        }
        return new DevBroker(node, clusterId, node.boundPort());
    }

    /** The {@code host:port} that clients take as {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return BrokerProperties.HOST + ":" + port;
    }

    /** The port clients connect to. */
    public int port() {
        return port;
    }

    /** The cluster's id, chosen when the directory was formatted. */
    public String clusterId() {
        return clusterId;
    }

    /**
     * Creates a topic, and returns when each of its partitions has a leader that answers.
     *
     * <p>Creating it with an {@link Admin} alone returns when the controller knows the topic. A
     * producer that sends several batches at once in that moment can have the first refused and the
     * second taken; the first is then out of order for ever and fails with {@code
     * delivery.timeout.ms} (KAFKA-15591, in Kafka 4.3.1).
     *
     * @throws ExecutionException if Kafka refuses it, with the reason as its cause
     */
    public void createTopic(NewTopic topic) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            CreateTopicsResult created = admin.createTopics(List.of(topic));
            int partitions = created.numPartitions(topic.name()).get();
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            for (int p = 0; p < partitions; p++) {
                ends.put(new TopicPartition(topic.name(), p), OffsetSpec.latest());
            }
            // Only a leader tells where its partition ends; who is not one yet is asked again.
            while (!answers(admin, ends)) {
                Thread.sleep(10);
            }
        }
    }

    private static boolean answers(Admin admin, Map<TopicPartition, OffsetSpec> ends)
            throws ExecutionException, InterruptedException {
        try {
            admin.listOffsets(ends).all().get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw e;
        }
    }

    /** What broke the broker after it had started, if anything did. */
    public Optional<Throwable> failure() {
        return node.failure();
    }

    /** Stops the broker; what was acknowledged is on disk. Closing twice changes nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            node.stop();
        }
    }

    private static String format(BrokerProperties properties) {
        try {
            Files.createDirectories(properties.logDirectory());
            return BrokerStorage.format(properties);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot create the Kafka broker's directory " + properties.logDirectory(), e);
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.toString();
    }
}
