package io.moraine.server;

import io.moraine.server.config.ConfigDocs;
import io.moraine.server.config.ServerConfig;
import io.moraine.server.config.Setting;
import io.moraine.server.config.Settings;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the settings a process would use, or the reference page of all of them. */
@Command(
        name = "config",
        description = "Every setting with its value and where that comes from.",
        mixinStandardHelpOptions = true)
final class ConfigCommand implements Callable<Integer> {

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Option(names = "--docs", description = "The reference page instead, in Markdown.")
    private boolean docs;

    @Override
    public Integer call() {
        if (docs) {
            System.out.print(ConfigDocs.markdown());
            return ExitCode.OK;
        }
        ServerConfig config = options.load(Map.of());
        for (Setting<?> setting : Settings.ALL) {
            System.out.printf(
                    "%-32s %-24s # %s%n",
                    setting.name() + ":", config.textOf(setting), config.originOf(setting));
        }
        config.kafkaProperties()
                .forEach((name, text) -> printProperty(ServerConfig.KAFKA_PREFIX + name, text));
        config.schemaRegistryProperties()
                .forEach((name, text) ->
                        printProperty(ServerConfig.SCHEMA_REGISTRY_PREFIX + name, text));
        return ExitCode.OK;
    }

    /** A property of somebody else's client; settings of our own were printed before. */
    private static void printProperty(String name, String text) {
        if (Settings.ALL.stream().anyMatch(setting -> setting.name().equals(name))) {
            return;
        }
        String shown = SECRET.matcher(name).find() ? "(not shown)" : text;
        System.out.println(name + ": " + shown);
    }

    private static final Pattern SECRET =
            Pattern.compile("password|secret|user[.]info|jaas|token|credential|\\.key$");
}
