package io.moraine.server;

import io.moraine.server.config.ServerConfig;
import java.util.Map;
import picocli.CommandLine.Command;

/** Runs a node of a Kafka cluster. */
@Command(
        name = "serve",
        description = {
            "Runs the server for a Kafka cluster.",
            "Starts and answers from local shards also when Kafka cannot be reached."
        },
        mixinStandardHelpOptions = true)
final class ServeCommand extends NodeCommand {

    @Override
    Map<String, String> defaults() {
        return Map.of();
    }

    @Override
    boolean whileRunning(Wiring node, ServerConfig config) {
        return true;
    }
}
