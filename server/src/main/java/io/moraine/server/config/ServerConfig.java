package io.moraine.server.config;

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

    /** The properties meant for Kafka's clients, under Kafka's own names, prefix taken off. */
    public Map<String, String> kafkaProperties() {
        Map<String, String> properties = new TreeMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith(KAFKA_PREFIX)) {
                properties.put(name.substring(KAFKA_PREFIX.length()), value.text());
            }
        });
        String servers = Settings.KAFKA_BOOTSTRAP_SERVERS.name();
        properties.put(
                servers.substring(KAFKA_PREFIX.length()),
                valueOf(Settings.KAFKA_BOOTSTRAP_SERVERS));
        return properties;
    }

    /** The data directory, absolute. */
    public Path dataDirectory() {
        return valueOf(Settings.DATA_DIR).toAbsolutePath().normalize();
    }

    /** The storage engine's part. */
    public StorageConfig storage() {
        return new StorageConfig(
                dataDirectory(),
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
