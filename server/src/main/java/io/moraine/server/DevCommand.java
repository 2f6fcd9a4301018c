package io.moraine.server;

import io.moraine.server.config.ServerConfig;
import io.moraine.server.config.Settings;
import java.util.Map;
import picocli.CommandLine.Command;

/** Runs a node with a Kafka broker of its own. */
@Command(
        name = "dev",
        description = {
            "Runs a Kafka broker and the server in one process, to develop against.",
            "Both keep their data between runs."
        },
        mixinStandardHelpOptions = true)
final class DevCommand extends NodeCommand {

    @Override
    Map<String, String> defaults() {
        return Map.of(Settings.DEV_KAFKA.name(), "true", Settings.DATA_DIR.name(), "data/dev");
    }

    @Override
    boolean whileRunning(Wiring node, ServerConfig config) {
        System.out.printf(
                """
                Create a collection, produce to its topic, search:

                  curl -s -X PUT %1$s/collections/things \\
                    -H 'content-type: application/json' \\
                    -d '{"vectors": {"size": 3, "distance": "Cosine"}}'
                  printf 'a\\t{"vector": [1, 0, 0], "payload": {"name": "first"}}\\n' \\
                    | kcat -P -b %2$s -t things -K '\\t'
                  curl -s %1$s/collections/things/points/search \\
                    -H 'content-type: application/json' \\
                    -d '{"vector": [1, 0.1, 0], "limit": 3, "with_payload": true}'

                Stop with Ctrl-C.
                """,
                node.api(), node.kafka());
        return true;
    }
}
