package io.moraine.devbroker;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;

/**
 * The configuration of a broker that is alone, small and quick to start.
 *
 * @param logDirectory where topics and cluster metadata are kept
 * @param port the clients' port, 0 for any
 * @param advertisedPort the port clients are told, 0 for the one they came to
 * @param more settings of Kafka's own that go before these
 */
record BrokerProperties(Path logDirectory, int port, int advertisedPort, Map<String, String> more) {

    static final String HOST = "127.0.0.1";
    static final int NODE_ID = 1;
    static final String CLIENT_LISTENER = "PLAINTEXT";
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    KafkaConfig toKafkaConfig() {
        Properties properties = new Properties();
        properties.put("log.dirs", logDirectory.toString());
        identity(properties);
        singleReplica(properties);
        smallFootprint(properties);
        properties.putAll(more);
        return KafkaConfig.fromProps(properties, false);
    }

    private void identity(Properties properties) {
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(NODE_ID));
        properties.put(
                "listeners",
                "%s://%s:%d,%s://%s:0"
                        .formatted(CLIENT_LISTENER, HOST, port, CONTROLLER_LISTENER, HOST));
        if (advertisedPort > 0) {
            properties.put(
                    "advertised.listeners",
                    "%s://%s:%d".formatted(CLIENT_LISTENER, HOST, advertisedPort));
        }
        properties.put("controller.listener.names", CONTROLLER_LISTENER);
        properties.put("inter.broker.listener.name", CLIENT_LISTENER);
        properties.put(
                "listener.security.protocol.map",
                CLIENT_LISTENER + ":PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT");
        // The controller's port is any free one; BrokerNode tells the quorum which when it is
        // bound.
        properties.put("controller.quorum.voters", NODE_ID + "@" + HOST + ":0");
    }

    private static void singleReplica(Properties properties) {
        properties.put("default.replication.factor", "1");
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
    }

    private static void smallFootprint(Properties properties) {
        properties.put("auto.create.topics.enable", "false");
        properties.put("group.initial.rebalance.delay.ms", "0");
        // After a crash the controller keeps the broker's old session for so long, and does not let
        // it in again before.
        properties.put("broker.session.timeout.ms", "4000");
        properties.put("broker.heartbeat.interval.ms", "1000");
        // Fewer internal partitions: fewer files, and the first group is ready sooner.
        properties.put("offsets.topic.num.partitions", "4");
        properties.put("transaction.state.log.num.partitions", "4");
        properties.put("share.coordinator.state.topic.num.partitions", "4");
        properties.put("num.network.threads", "2");
        properties.put("num.io.threads", "4");
        properties.put("background.threads", "2");
        // Kafka's default would take 128 MiB of this process's heap for compaction alone.
        properties.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
    }
}
