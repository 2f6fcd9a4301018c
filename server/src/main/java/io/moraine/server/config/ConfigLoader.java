package io.moraine.server.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.moraine.server.config.ServerConfig.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Merges the sources of settings; a later one wins: defaults, file, environment, command line.
 *
 * <p>A file is YAML, nested or dotted as you like. An environment variable is the setting's name in
 * upper case behind {@code MORAINE_}, dots and dashes as underscores. Names nobody knows are
 * refused, except Kafka's own client properties behind {@code kafka.}.
 */
public final class ConfigLoader {

    private static final String VARIABLES = "MORAINE_";
    private static final String KAFKA_VARIABLES = "MORAINE_KAFKA_";
    private static final String REGISTRY_VARIABLES = "MORAINE_SCHEMA_REGISTRY_";

    /** Read by the shell launcher. */
    private static final Set<String> LAUNCHER_VARIABLES =
            Set.of("MORAINE_JAVA_OPTS", "MORAINE_JDK_PATH");

    private static final YAMLMapper YAML =
            YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private final Map<String, Value> values = new TreeMap<>();
    private final List<String> warnings = new ArrayList<>();

    /** Values a command prefers to the general defaults; anything said by somebody wins. */
    public ConfigLoader withDefaults(Map<String, String> defaults) {
        defaults.forEach((name, text) -> put(name, text, "default of this command"));
        return this;
    }

    /**
     * Adds a file.
     *
     * @throws ConfigException if it cannot be read, is not YAML, or names an unknown setting
     */
    public ConfigLoader withFile(Path file) {
        JsonNode root;
        try {
            root = YAML.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new ConfigException(
                    "configuration file %s is not YAML: %s at line %d"
                            .formatted(file, e.getOriginalMessage(), line(e)),
                    e);
        } catch (IOException e) {
            throw new ConfigException(
                    "configuration file %s cannot be read: %s".formatted(file, reason(e)), e);
        }
        if (root == null || root.isMissingNode() || root.isNull()) {
            return this;
        }
        if (!root.isObject()) {
            throw new ConfigException(
                    "configuration file %s must hold names and values".formatted(file));
        }
        flatten("", root, file.toString());
        return this;
    }

    /**
     * Adds the environment's variables that begin with {@code MORAINE_}. Unknown ones only lead to
     * a warning: Kubernetes puts some there for every service whose name begins with ours.
     */
    public ConfigLoader withEnvironment(Map<String, String> environment) {
        Map<String, String> names = new HashMap<>();
        Settings.ALL.forEach(setting -> names.put(setting.environmentName(), setting.name()));
        new TreeMap<>(environment)
                .forEach((variable, text) -> {
                    String origin = "environment " + variable;
                    if (names.containsKey(variable)) {
                        put(names.get(variable), text, origin);
                    } else if (variable.startsWith(KAFKA_VARIABLES)) {
                        put(kafkaName(variable), text, origin);
                    } else if (variable.startsWith(REGISTRY_VARIABLES)) {
                        put(registryName(variable), text, origin);
                    } else if (variable.startsWith(VARIABLES)
                            && !LAUNCHER_VARIABLES.contains(variable)) {
                        warnings.add(
                                "environment variable %s sets nothing%s"
                                        .formatted(variable, suggestion(variable, names.keySet())));
                    }
                });
        return this;
    }

    /** Adds what the command line says. */
    public ConfigLoader withCommandLine(Map<String, String> options) {
        options.forEach((name, text) -> put(name, text, "command line"));
        return this;
    }

    /**
     * The merged settings.
     *
     * @throws ConfigException if a value is none its setting takes
     */
    public ServerConfig load() {
        return new ServerConfig(values, warnings);
    }

    private void put(String name, String text, String origin) {
        boolean known = Settings.ALL.stream().anyMatch(setting -> setting.name().equals(name));
        if (!known
                && !isBehind(ServerConfig.KAFKA_PREFIX, name)
                && !isBehind(ServerConfig.SCHEMA_REGISTRY_PREFIX, name)) {
            List<String> names = Settings.ALL.stream().map(Setting::name).toList();
            throw new ConfigException(
                    "unknown setting '%s' (%s)%s; 'moraine config' lists them all"
                            .formatted(name, origin, suggestion(name, names)));
        }
        values.put(name, new Value(text.strip(), origin));
    }

    private static boolean isBehind(String prefix, String name) {
        return name.startsWith(prefix) && name.length() > prefix.length();
    }

    private static String suggestion(String written, Collection<String> names) {
        return NearestName.of(written, names)
                .map(nearest -> ", did you mean '" + nearest + "'?")
                .orElse("");
    }

    private static String registryName(String variable) {
        String rest = variable.substring(REGISTRY_VARIABLES.length());
        return ServerConfig.SCHEMA_REGISTRY_PREFIX
                + rest.toLowerCase(Locale.ROOT).replace('_', '.');
    }

    private static String kafkaName(String variable) {
        return variable.substring(VARIABLES.length()).toLowerCase(Locale.ROOT).replace('_', '.');
    }

    private void flatten(String prefix, JsonNode node, String origin) {
        switch (node.getNodeType()) {
            case OBJECT ->
                    node.properties()
                            .forEach(field ->
                                    flatten(
                                            prefix.isEmpty()
                                                    ? field.getKey()
                                                    : prefix + "." + field.getKey(),
                                            field.getValue(),
                                            origin));
            case STRING, NUMBER, BOOLEAN -> put(prefix, node.asText(), origin);
            case NULL ->
                    throw new ConfigException(
                            "setting '%s' (%s) has no value".formatted(prefix, origin));
            case ARRAY, BINARY, MISSING, POJO ->
                    throw new ConfigException(
                            "setting '%s' (%s) must be a single value".formatted(prefix, origin));
        }
    }

    private static int line(JsonProcessingException e) {
        return e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.NoSuchFileException ? "no such file" : e.toString();
    }
}
