package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.moraine.server.config.ConfigLoader;
import io.moraine.server.config.ServerConfig;
import io.moraine.server.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the container files say is what the code knows; no container engine is needed for that. */
final class ContainerFilesTest {

    private static final Path ROOT = RepositoryRoot.find();

    @Test
    void composeUsesOnlySettingsThatExistWithValuesTheyTake() throws IOException {
        JsonNode moraine = compose().path("services").path("moraine");
        ServerConfig config = configOf(environment(moraine));
        assertEquals(
                "kafka:9092",
                config.valueOf(Settings.KAFKA_BOOTSTRAP_SERVERS),
                "the name of the other service");
        assertEquals(Path.of("/data"), config.valueOf(Settings.DATA_DIR));
        assertEquals("moraine-data:/data", moraine.path("volumes").path(0).asText());
        config.http("test");
    }

    @Test
    void composePublishesTheServersPortOnLoopbackOnly() throws IOException {
        JsonNode moraine = compose().path("services").path("moraine");
        long port = configOf(environment(moraine)).valueOf(Settings.HTTP_PORT);
        assertEquals(1, moraine.path("ports").size());
        assertEquals(
                "127.0.0.1:%d:%d".formatted(port, port), moraine.path("ports").path(0).asText());
    }

    @Test
    void composeRunsTheKafkaTheClientsAreOf() throws IOException {
        JsonNode kafka = compose().path("services").path("kafka");
        assertEquals("apache/kafka:" + AppInfoParser.getVersion(), kafka.path("image").asText());
        String inside = environment(kafka).get("KAFKA_ADVERTISED_LISTENERS");
        assertTrue(String.valueOf(inside).contains("INSIDE://kafka:9092"), inside);
        assertEquals(
                "service_healthy",
                compose().at("/services/moraine/depends_on/kafka/condition").asText());
    }

    @Test
    void theImageSetsOnlySettingsThatExistAndRunsUnprivileged() throws IOException {
        String dockerfile = Files.readString(ROOT.resolve("Dockerfile"));
        Map<String, String> variables = new HashMap<>();
        Matcher variable =
                Pattern.compile("(MORAINE_[A-Z_]+)=([^ \\\\\n]+)")
                        .matcher(
                                dockerfile.substring(
                                        dockerfile.indexOf("ENV "), dockerfile.indexOf("USER ")));
        while (variable.find()) {
            variables.put(variable.group(1), variable.group(2));
        }
        assertFalse(variables.isEmpty());
        ServerConfig config = configOf(variables);
        assertTrue(dockerfile.contains("EXPOSE " + config.valueOf(Settings.HTTP_PORT)));
        assertTrue(
                Pattern.compile("(?m)^USER \\d+:\\d+$").matcher(dockerfile).find(),
                "a numeric user that is not root");
    }

    @Test
    void theCommandsOfTheContainerFilesExist() throws IOException {
        Map<String, CommandLine> commands = new CommandLine(new Main()).getSubcommands();
        JsonNode health = compose().at("/services/moraine/healthcheck/test");
        assertEquals("/opt/moraine/moraine", health.path(1).asText());
        assertTrue(commands.containsKey(health.path(2).asText()));
        Matcher command =
                Pattern.compile("(?m)^CMD \\[\"([a-z]+)\"\\]$")
                        .matcher(Files.readString(ROOT.resolve("Dockerfile")));
        assertTrue(command.find());
        assertTrue(commands.containsKey(command.group(1)));
    }

    private static ServerConfig configOf(Map<String, String> environment) {
        ServerConfig config = new ConfigLoader().withEnvironment(environment).load();
        assertTrue(config.warnings().isEmpty(), config.warnings().toString());
        return config;
    }

    private static Map<String, String> environment(JsonNode service) {
        Map<String, String> environment = new HashMap<>();
        service.path("environment")
                .properties()
                .forEach(field -> environment.put(field.getKey(), field.getValue().asText()));
        return environment;
    }

    private static JsonNode compose() throws IOException {
        return new YAMLMapper().readTree(Files.readString(ROOT.resolve("docker-compose.yml")));
    }
}
