package io.moraine.server;

import io.moraine.server.config.ConfigException;
import io.moraine.server.config.ConfigLoader;
import io.moraine.server.config.ServerConfig;
import io.moraine.server.config.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which a command line sets settings. */
final class ConfigOptions {

    private final Map<String, String> settings = new HashMap<>();
    private final List<String> malformed = new ArrayList<>();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Settings to begin with, in YAML.")
    private @Nullable Path file;

    @Option(names = "--http-port", paramLabel = "PORT", description = "Port of the HTTP API.")
    void httpPort(String port) {
        settings.put(Settings.HTTP_PORT.name(), port);
    }

    @Option(
            names = "--http-host",
            paramLabel = "ADDRESS",
            description = "Address the HTTP API listens on.")
    void httpHost(String host) {
        settings.put(Settings.HTTP_HOST.name(), host);
    }

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            description = "Port of the embedded Kafka broker, where there is one.")
    void kafkaPort(String port) {
        settings.put(Settings.DEV_KAFKA_PORT.name(), port);
    }

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Where local data lives.")
    void dataDirectory(String directory) {
        settings.put(Settings.DATA_DIR.name(), directory);
    }

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "Any setting; may be given many times. 'moraine config' lists them.")
    void set(List<String> assignments) {
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals <= 0) {
                malformed.add(assignment);
            } else {
                settings.put(assignment.substring(0, equals), assignment.substring(equals + 1));
            }
        }
    }

    /**
     * The settings of this process.
     *
     * @param defaults what the command prefers to the general defaults
     * @throws ConfigException if a source holds what no setting takes
     */
    ServerConfig load(Map<String, String> defaults) {
        if (!malformed.isEmpty()) {
            throw new ConfigException(
                    "--set takes NAME=VALUE, not '%s'".formatted(malformed.getFirst()));
        }
        ConfigLoader loader = new ConfigLoader().withDefaults(defaults);
        if (file != null) {
            loader.withFile(file);
        }
        return loader.withEnvironment(System.getenv()).withCommandLine(settings).load();
    }
}
