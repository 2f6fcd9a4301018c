package io.moraine.devbroker;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.ServerSocketFactory;
import org.apache.kafka.server.fault.FaultHandler;
import org.slf4j.LoggerFactory;

/**
 * Kafka's own controller and broker, put together as its {@code KafkaRaftServer} does with three
 * differences: a fatal fault is reported instead of ending the process, the controller may listen
 * on any free port, and nothing is registered with JMX, where two brokers would collide.
 *
 * <p>The only class that touches Kafka's server classes, none of which are public API.
 */
final class BrokerNode {

    private static final Logger LOG = System.getLogger(BrokerNode.class.getName());
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Metrics metrics = new Metrics();
    private final ControllerServer controller;
    private final BrokerServer broker;

    private BrokerNode(KafkaConfig config) {
        var storage =
                KafkaRaftServer.initializeLogDirs(
                        config, LoggerFactory.getLogger(KafkaRaftServer.class), "[DevBroker] ");
        CompletableFuture<Map<Integer, InetSocketAddress>> voters = new CompletableFuture<>();
        SharedServer shared =
                new SharedServer(
                        config,
                        storage._1(),
                        Time.SYSTEM,
                        metrics,
                        voters,
                        List.of(),
                        this::faultHandler,
                        ServerSocketFactory.INSTANCE);
        controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), storage._2());
        broker = new BrokerServer(shared);
        var _ =
                controller
                        .socketServerFirstBoundPortFuture()
                        .thenAccept(port -> voters.complete(singleVoter(port)));
    }

    static BrokerNode start(BrokerProperties properties) {
        BrokerNode node = new BrokerNode(properties.toKafkaConfig());
        try {
            // The controller first: its port is how the broker finds it.
            node.controller.startup();
            node.broker.startup();
        } catch (Throwable e) {
            node.stop();
            throw e;
        }
        return node;
    }

    int boundPort() {
        return broker.boundPort(new ListenerName(BrokerProperties.CLIENT_LISTENER));
    }

    Optional<Throwable> failure() {
        return Optional.ofNullable(failure.get());
    }

    void stop() {
        // The broker first: it needs the controller to leave in good order.
        swallow("broker", () -> broker.shutdown(STOP_TIMEOUT));
        swallow("controller", controller::shutdown);
        swallow("metrics", metrics::close);
    }

    private FaultHandler faultHandler(String name, boolean fatal, Runnable action) {
        return (message, cause) -> {
            Level level = fatal ? Level.ERROR : Level.WARNING;
            LOG.log(level, "embedded Kafka: " + name + ": " + message, cause);
            if (fatal) {
                failure.compareAndSet(null, new IllegalStateException(message, cause));
            }
            action.run();
            return new IllegalStateException(message, cause);
        };
    }

    private static Map<Integer, InetSocketAddress> singleVoter(int port) {
        return Map.of(
                BrokerProperties.NODE_ID,
                new InetSocketAddress(InetAddress.ofLiteral(BrokerProperties.HOST), port));
    }

    private static void swallow(String part, Runnable stop) {
        try {
            stop.run();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "embedded Kafka: the " + part + " did not stop cleanly", e);
        }
    }
}
