package io.moraine.server;

import io.moraine.server.config.ServerConfig;
import io.moraine.server.config.Settings;
import io.moraine.server.demo.Demo;
import java.io.Console;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what Moraine does, with real embeddings and a real broker. */
@Command(
        name = "demo",
        description = {
            "Runs a Kafka broker and the server in one process, sends 10,000 sample points to a",
            "topic, and searches them."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand extends NodeCommand {

    @Option(names = "--exit", description = "End after the searches instead of staying up.")
    private boolean exit;

    @Override
    Map<String, String> defaults() {
        return Map.of(Settings.DEV_KAFKA.name(), "true", Settings.DATA_DIR.name(), "data/demo");
    }

    @Override
    boolean tellsAStory() {
        return true;
    }

    @Override
    boolean whileRunning(Wiring node, ServerConfig config) throws Exception {
        // Null where there is no terminal, on some releases of the JDK.
        boolean terminal = Stream.ofNullable(System.console()).anyMatch(Console::isTerminal);
        new Demo(node.collections(), node.api(), node.kafka(), System.out, terminal).run(!exit);
        return !exit;
    }
}
