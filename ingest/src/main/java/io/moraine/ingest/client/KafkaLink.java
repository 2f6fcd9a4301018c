package io.moraine.ingest.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * The admin client, made when it is first needed, because a client cannot even be made while no
 * bootstrap server resolves. Safe for use by several threads.
 */
public final class KafkaLink implements AutoCloseable {

    private final KafkaSettings kafka;
    private @Nullable Admin admin;
    private boolean closed;

    public KafkaLink(KafkaSettings kafka) {
        this.kafka = kafka;
    }

    public KafkaSettings settings() {
        return kafka;
    }

    /**
     * The admin client.
     *
     * @throws KafkaException if none can be made now
     */
    public synchronized Admin admin() {
        if (closed) {
            throw new KafkaException("closed");
        }
        Admin client = admin;
        if (client == null) {
            Map<String, Object> properties = new HashMap<>(kafka.adminProperties());
            properties.putIfAbsent("client.id", "moraine-admin");
            client = Admin.create(properties);
            admin = client;
        }
        return client;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
        }
    }

    /**
     * Waits for Kafka's answer.
     *
     * @throws KafkaException Kafka's own error, or one that says that no answer came in time
     */
    public static <T> T await(KafkaFuture<T> future, Duration timeout) {
        try {
            return future.get(Math.max(1, timeout.toMillis()), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException kafka
                    ? kafka
                    : new KafkaException("request to Kafka failed", e.getCause());
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException(
                    "no answer from Kafka within " + timeout, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while waiting for Kafka", e);
        }
    }

    /** Whether an error says that a topic does not exist. */
    public static boolean isUnknownTopic(Throwable error) {
        return error instanceof UnknownTopicOrPartitionException;
    }
}
