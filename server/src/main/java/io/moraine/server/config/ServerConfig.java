package io.moraine.server.config;

import io.moraine.ingest.client.IngestSettings;
import io.moraine.ingest.client.KafkaSettings;
import io.moraine.queryapi.ApiConfig;
import io.moraine.queryapi.dispatch.ApiKeys;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.Encryption;
import io.moraine.server.tls.ServerTls;
import io.moraine.server.tls.TlsFileException;
import io.moraine.storage.ShardOptions;
import io.moraine.storage.StorageConfig;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The settings of one process, merged from all sources, every value checked. Immutable. */
public final class ServerConfig {

    /** What Kafka's own client properties begin with. */
    public static final String KAFKA_PREFIX = "kafka.";

    /** What the properties of a registry's client begin with. */
    public static final String SCHEMA_REGISTRY_PREFIX = "schema-registry.";

    private final Map<String, Value> values;
    private final List<String> warnings;

    ServerConfig(Map<String, Value> values, List<String> warnings) {
        this.values = Collections.unmodifiableMap(new TreeMap<>(values));
        this.warnings = List.copyOf(warnings);
        for (Setting<?> setting : Settings.ALL) {
            valueOf(setting);
        }
    }

    /** A setting's value. */
    public <T> T valueOf(Setting<T> setting) {
        Value value = values.get(setting.name());
        return value == null
                ? setting.parse(setting.defaultText(), "its default")
                : setting.parse(value.text(), value.origin());
    }

    /** A setting's value as it was written. */
    public String textOf(Setting<?> setting) {
        Value value = values.get(setting.name());
        return value == null ? setting.defaultText() : value.text();
    }

    /** Where a setting's value comes from, in words. */
    public String originOf(Setting<?> setting) {
        Value value = values.get(setting.name());
        return value == null ? "default" : value.origin();
    }

    /** What looked like a setting and was not, one sentence each. */
    public List<String> warnings() {
        return warnings;
    }

    /** Kafka as the clients see it, unless a broker runs inside the process. */
    public KafkaSettings kafka() {
        return kafka(valueOf(Settings.KAFKA_BOOTSTRAP_SERVERS));
    }

    /** The clients' properties with the addresses of some brokers. */
    public KafkaSettings kafka(String bootstrapServers) {
        Map<String, String> common = new TreeMap<>(kafkaProperties());
        common.remove(Settings.KAFKA_BOOTSTRAP_SERVERS.name().substring(KAFKA_PREFIX.length()));
        Map<String, String> consumer = takeOut(common, "consumer.");
        Map<String, String> producer = takeOut(common, "producer.");
        Map<String, String> admin = takeOut(common, "admin.");
        KafkaSettings settings =
                new KafkaSettings(bootstrapServers, common, consumer, producer, admin);
        if (!settings.faults().isEmpty()) {
            throw new ConfigException(String.join("; ", settings.faults()));
        }
        return settings;
    }

    /** Every property behind {@value #KAFKA_PREFIX} that was set, without that prefix. */
    public Map<String, String> kafkaProperties() {
        Map<String, String> properties = new TreeMap<>();
        values.forEach((name, value) -> properties.put(name, value.text()));
        return takeOut(properties, KAFKA_PREFIX);
    }

    /** Every property behind {@value #SCHEMA_REGISTRY_PREFIX} that was set, without that prefix. */
    public Map<String, String> schemaRegistryProperties() {
        Map<String, String> properties = new TreeMap<>();
        values.forEach((name, value) -> properties.put(name, value.text()));
        return takeOut(properties, SCHEMA_REGISTRY_PREFIX);
    }

    private static Map<String, String> takeOut(Map<String, String> properties, String prefix) {
        Map<String, String> taken = new TreeMap<>();
        properties
                .entrySet()
                .removeIf(entry -> {
                    boolean matches = entry.getKey().startsWith(prefix);
                    if (matches) {
                        taken.put(entry.getKey().substring(prefix.length()), entry.getValue());
                    }
                    return matches;
                });
        return taken;
    }

    /**
     * How the HTTP API is served.
     *
     * @param version this software's version, as shown to clients
     * @throws ConfigException if it would stand open to a network, or a key is malformed
     */
    public ApiConfig http(String version) {
        InetSocketAddress address =
                new InetSocketAddress(
                        valueOf(Settings.HTTP_HOST), Math.toIntExact(valueOf(Settings.HTTP_PORT)));
        if (address.isUnresolved()) {
            throw new ConfigException(
                    "setting '%s' (%s): no address is known for '%s'"
                            .formatted(
                                    Settings.HTTP_HOST.name(),
                                    originOf(Settings.HTTP_HOST),
                                    address.getHostString()));
        }
        ApiKeys keys = apiKeys();
        if (!address.getAddress().isLoopbackAddress()
                && !keys.required()
                && !valueOf(Settings.HTTP_ALLOW_ANONYMOUS)) {
            throw new ConfigException(
                    "'%s' is %s, which others can reach, and there is no '%s'; set a key, or '%s' where something else checks callers"
                            .formatted(
                                    Settings.HTTP_HOST.name(),
                                    address.getHostString(),
                                    Settings.HTTP_API_KEY.name(),
                                    Settings.HTTP_ALLOW_ANONYMOUS.name()));
        }
        Optional<ServerTls> tls = tls();
        if (!address.getAddress().isLoopbackAddress()
                && tls.isEmpty()
                && !valueOf(Settings.HTTP_ALLOW_PLAINTEXT)) {
            throw new ConfigException(
                    "'%s' is %s, which others can reach, and there is no '%s': keys and data would cross the network readable; set it and '%s', or '%s' where something else encrypts"
                            .formatted(
                                    Settings.HTTP_HOST.name(),
                                    address.getHostString(),
                                    Settings.HTTP_TLS_CERTIFICATE.name(),
                                    Settings.HTTP_TLS_KEY.name(),
                                    Settings.HTTP_ALLOW_PLAINTEXT.name()));
        }
        return new ApiConfig(
                address,
                keys,
                hosts(),
                apiLimits(),
                version,
                tls.map(files -> new Encryption(files.server(), files.clientsShowCertificates())));
    }

    /**
     * How HTTP is encrypted; empty for not at all.
     *
     * @throws ConfigException if only one of certificate and key is given, or a file is not usable
     */
    public Optional<ServerTls> tls() {
        String certificate = valueOf(Settings.HTTP_TLS_CERTIFICATE);
        String key = valueOf(Settings.HTTP_TLS_KEY);
        String authorities = valueOf(Settings.HTTP_TLS_CLIENT_AUTHORITIES);
        if (certificate.isEmpty() && key.isEmpty() && authorities.isEmpty()) {
            return Optional.empty();
        }
        if (certificate.isEmpty() || key.isEmpty()) {
            throw new ConfigException(
                    "TLS needs both '%s' and '%s'"
                            .formatted(
                                    Settings.HTTP_TLS_CERTIFICATE.name(),
                                    Settings.HTTP_TLS_KEY.name()));
        }
        try {
            return Optional.of(
                    new ServerTls(
                            Path.of(certificate),
                            Path.of(key),
                            authorities.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(Path.of(authorities)),
                            InstantSource.system()));
        } catch (TlsFileException | InvalidPathException e) {
            throw new ConfigException("TLS: " + e.getMessage(), e);
        }
    }

    private ApiKeys apiKeys() {
        try {
            return ApiKeys.of(
                    valueOf(Settings.HTTP_API_KEY), valueOf(Settings.HTTP_READ_ONLY_API_KEY));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "setting '%s' or '%s': %s"
                            .formatted(
                                    Settings.HTTP_API_KEY.name(),
                                    Settings.HTTP_READ_ONLY_API_KEY.name(),
                                    e.getMessage()),
                    e);
        }
    }

    private Set<String> hosts() {
        return Arrays.stream(valueOf(Settings.HTTP_HOSTS).split(",", -1))
                .map(String::strip)
                .filter(host -> !host.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private ApiLimits apiLimits() {
        ApiLimits defaults = ApiLimits.DEFAULT;
        return new ApiLimits(
                Math.toIntExact(valueOf(Settings.HTTP_BODY_BYTES_MAX)),
                defaults.headerBytes(),
                defaults.uriBytes(),
                defaults.responseBytes(),
                defaults.json(),
                Math.toIntExact(valueOf(Settings.HTTP_HITS_MAX)),
                Math.toIntExact(valueOf(Settings.HTTP_BATCH_POINTS_MAX)),
                defaults.batchSearches(),
                Duration.ofMillis(valueOf(Settings.HTTP_DEADLINE_MS)),
                Duration.ofMillis(valueOf(Settings.HTTP_DEADLINE_MS_MAX)),
                defaults.bodyTime(),
                defaults.readTime(),
                defaults.idleTime(),
                Math.toIntExact(valueOf(Settings.HTTP_CONNECTIONS_MAX)),
                Math.toIntExact(valueOf(Settings.HTTP_REQUESTS_MAX)),
                Math.toIntExact(valueOf(Settings.HTTP_REQUESTS_PER_SECOND_MAX)));
    }

    /** Properties of the client of a registry of schemas; empty for no registry. */
    private Map<String, String> schemaRegistry() {
        Map<String, String> properties = schemaRegistryProperties();
        String url = Settings.SCHEMA_REGISTRY_URL.name().substring(SCHEMA_REGISTRY_PREFIX.length());
        if (properties.getOrDefault(url, "").isEmpty()) {
            properties.remove(url);
            if (!properties.isEmpty()) {
                throw new ConfigException(
                        "'%s%s' is set without '%s'"
                                .formatted(
                                        SCHEMA_REGISTRY_PREFIX,
                                        properties.keySet().iterator().next(),
                                        Settings.SCHEMA_REGISTRY_URL.name()));
            }
        }
        return properties;
    }

    /** How collections follow their topics. */
    public IngestSettings ingest() {
        Path directory = dataDirectory().resolve("streams");
        IngestSettings defaults = IngestSettings.defaults(directory);
        return new IngestSettings(
                directory,
                valueOf(Settings.CATALOGUE_TOPIC),
                Math.toIntExact(valueOf(Settings.PARTITIONS_DEFAULT)),
                Math.toIntExact(valueOf(Settings.STANDBY_REPLICAS)),
                defaults.watchInterval(),
                Duration.ofMillis(valueOf(Settings.FRESH_LEASE_MS)),
                defaults.retryPause(),
                schemaRegistry());
    }

    /** The data directory, absolute. */
    public Path dataDirectory() {
        return valueOf(Settings.DATA_DIR).toAbsolutePath().normalize();
    }

    /** The storage engine's part. */
    public StorageConfig storage() {
        return new StorageConfig(
                dataDirectory().resolve("store"),
                new StorageConfig.LogSyncs(
                        valueOf(Settings.WAL_SYNC),
                        Duration.ofMillis(valueOf(Settings.WAL_SYNC_INTERVAL_MS)),
                        valueOf(Settings.WAL_SYNC_BYTES)),
                new StorageConfig.SealWhen(
                        valueOf(Settings.SEAL_BYTES),
                        Math.toIntExact(valueOf(Settings.SEAL_ROWS)),
                        Duration.ofSeconds(valueOf(Settings.SEAL_INTERVAL_S))),
                Math.toIntExact(valueOf(Settings.IVF_ROWS_MIN)),
                new ShardOptions(
                        Duration.ofSeconds(valueOf(Settings.HISTORY_RETENTION_S)),
                        Duration.ofSeconds(valueOf(Settings.TOMBSTONE_RETENTION_S)),
                        valueOf(Settings.SEGMENT_ACCESS),
                        valueOf(Settings.MEMORY_LIMIT),
                        valueOf(Settings.WARMUP),
                        Duration.ofSeconds(valueOf(Settings.SCRUB_INTERVAL_S)),
                        Math.toIntExact(valueOf(Settings.UNCLEAN_STARTS_MAX)),
                        valueOf(Settings.PAYLOAD_COMPRESSION)),
                valueOf(Settings.MERGE_BYTES_PER_S));
    }

    /**
     * One value as it was written.
     *
     * @param text the text
     * @param origin where it stands, in words
     */
    record Value(String text, String origin) {}
}
