package io.moraine.server.config;

import io.moraine.ingest.IngestSettings;
import io.moraine.ingest.KafkaSettings;
import io.moraine.storage.StorageConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The settings of one process, merged from all sources, every value checked. Immutable. */
public final class ServerConfig {

    /** What Kafka's own client properties begin with. */
    public static final String KAFKA_PREFIX = "kafka.";

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
        return new KafkaSettings(bootstrapServers, common, consumer, producer, admin);
    }

    /** Every property behind {@value #KAFKA_PREFIX} that was set, without that prefix. */
    public Map<String, String> kafkaProperties() {
        Map<String, String> properties = new TreeMap<>();
        values.forEach((name, value) -> properties.put(name, value.text()));
        return takeOut(properties, KAFKA_PREFIX);
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
                defaults.retryPause());
    }

    /** The data directory, absolute. */
    public Path dataDirectory() {
        return valueOf(Settings.DATA_DIR).toAbsolutePath().normalize();
    }

    /** The storage engine's part. */
    public StorageConfig storage() {
        return new StorageConfig(
                dataDirectory().resolve("store"),
                valueOf(Settings.WAL_SYNC),
                Duration.ofMillis(valueOf(Settings.WAL_SYNC_INTERVAL_MS)),
                valueOf(Settings.WAL_SYNC_BYTES),
                valueOf(Settings.SEAL_BYTES),
                Math.toIntExact(valueOf(Settings.SEAL_ROWS)),
                Duration.ofSeconds(valueOf(Settings.SEAL_INTERVAL_S)));
    }

    /**
     * One value as it was written.
     *
     * @param text the text
     * @param origin where it stands, in words
     */
    record Value(String text, String origin) {}
}
