package io.moraine.server;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What commands that steer one collection have in common: its name, and the way to a node. */
final class SteeredCollection {

    @Mixin private final SteeringClient node = new SteeringClient();

    @Parameters(paramLabel = "COLLECTION", description = "The collection.")
    private String name = "";

    /**
     * Asks a node for something about ingestion, and prints the result or the error.
     *
     * @param what the end of the path, like {@code /pause}
     * @return the exit code
     */
    int ingest(String what, String body) {
        return node.print("POST", "/collections/" + name + "/ingest" + what, body);
    }
}
