package io.moraine.server;

import io.moraine.server.config.ConfigLoader;
import io.moraine.server.config.ServerConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Settings of nodes for tests: free ports, a directory of the test's own. */
final class TestNodes {

    private TestNodes() {}

    static ServerConfig config(Path directory, String bootstrapServers) {
        return config(directory, bootstrapServers, Map.of());
    }

    static ServerConfig config(
            Path directory, String bootstrapServers, Map<String, String> settings) {
        return new ConfigLoader()
                .withCommandLine(settings(directory, bootstrapServers, settings))
                .load();
    }

    static Map<String, String> settings(
            Path directory, String bootstrapServers, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>();
        settings.put("http.port", "0");
        settings.put("http.hits-max", "200000");
        settings.put("http.deadline-ms", "30000");
        settings.put("data.dir", directory.toString());
        settings.put("kafka.bootstrap.servers", bootstrapServers);
        settings.putAll(more);
        return settings;
    }
}
