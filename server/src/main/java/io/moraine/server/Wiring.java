package io.moraine.server;

import io.moraine.devbroker.DevBroker;
import io.moraine.devbroker.DevBrokerException;
import io.moraine.ingest.CollectionRegistry;
import io.moraine.ingest.client.IngestSettings;
import io.moraine.ingest.client.KafkaSettings;
import io.moraine.queryapi.ApiConfig;
import io.moraine.queryapi.HttpApi;
import io.moraine.queryapi.port.CollectionService;
import io.moraine.server.config.ServerConfig;
import io.moraine.server.config.Settings;
import io.moraine.storage.VectorStore;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A running node: built from the top down in {@link #start}, closed in reverse. Safe for use by
 * several threads.
 */
final class Wiring implements AutoCloseable {

    private final OpenParts parts;
    private final @Nullable DevBroker broker;
    private final KafkaSettings kafka;
    private final CollectionService collections;
    private final URI api;

    private Wiring(
            OpenParts parts,
            @Nullable DevBroker broker,
            KafkaSettings kafka,
            CollectionService collections,
            URI api) {
        this.parts = parts;
        this.broker = broker;
        this.kafka = kafka;
        this.collections = collections;
        this.api = api;
    }

    /**
     * Builds and starts a node. The data directory comes first, because it tells whether another
     * process is at work here; HTTP comes last, so that whoever is answered is answered by a whole
     * node.
     *
     * @throws StartException if a port is taken, or the data directory cannot be created
     * @throws io.moraine.storage.StorageException if the data directory is in use or not ours
     */
    static Wiring start(ServerConfig config) {
        ApiConfig api = config.http(Version.number());
        Preflight.check(config, api.address());
        OpenParts parts = new OpenParts();
        try {
            VectorStore store = parts.keep("storage", VectorStore.open(config.storage()));
            DevBroker broker = null;
            KafkaSettings kafka = config.kafka();
            if (config.valueOf(Settings.DEV_KAFKA)) {
                broker = parts.keep("the embedded Kafka broker", startBroker(config));
                kafka = config.kafka(broker.bootstrapServers());
            }
            CollectionRegistry registry =
                    parts.keep("ingestion", startIngestion(store, kafka, config.ingest()));
            CollectionService collections = new RegistryCollections(registry);
            NodeMetrics metrics = parts.keep("metrics", new NodeMetrics(registry));
            HttpApi http =
                    parts.keep(
                            "HTTP",
                            HttpApi.start(
                                    api,
                                    collections,
                                    new NodeReadiness(registry),
                                    metrics,
                                    metrics));
            return new Wiring(parts, broker, kafka, collections, uri(api, http.port()));
        } catch (Throwable e) {
            parts.close();
            throw e;
        }
    }

    /** The collections, as the HTTP API sees them. */
    CollectionService collections() {
        return collections;
    }

    /** Where the HTTP API is. */
    URI api() {
        return api;
    }

    /** The Kafka brokers in use, host:port separated by commas. */
    String kafka() {
        return kafka.bootstrapServers();
    }

    /** What broke the node after it had started, if anything did. */
    Optional<Throwable> failure() {
        return broker == null ? Optional.empty() : broker.failure();
    }

    /** Stops everything; what was acknowledged stays. Closing twice changes nothing. */
    @Override
    public void close() {
        parts.close();
    }

    private static DevBroker startBroker(ServerConfig config) {
        int port = Math.toIntExact(config.valueOf(Settings.DEV_KAFKA_PORT));
        try {
            return DevBroker.start(config.dataDirectory().resolve("kafka"), port);
        } catch (DevBrokerException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static CollectionRegistry startIngestion(
            VectorStore store, KafkaSettings kafka, IngestSettings settings) {
        try {
            return CollectionRegistry.start(store, kafka, settings, Clock.systemUTC());
        } catch (IllegalArgumentException wrong) {
            // Of all settings only the schema registry's are looked at so late, by its client.
            throw new StartException(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private static URI uri(ApiConfig api, int port) {
        InetAddress listening = api.address().getAddress();
        String host =
                listening.isAnyLocalAddress() || listening.isLoopbackAddress()
                        ? "127.0.0.1"
                        : api.address().getHostString();
        return URI.create(
                "%s://%s:%d"
                        .formatted(
                                api.encryption().isPresent() ? "https" : "http",
                                host.contains(":") ? "[" + host + "]" : host,
                                port));
    }
}
