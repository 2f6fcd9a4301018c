package io.moraine.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Pauses a collection's ingestion on a node. */
@Command(
        name = "pause",
        description = "Stops applying records of a collection; queries go on.",
        mixinStandardHelpOptions = true)
final class PauseCommand implements Callable<Integer> {

    @Mixin private final SteeringClient node = new SteeringClient();

    @Parameters(paramLabel = "COLLECTION", description = "The collection.")
    private String collection = "";

    @Override
    public Integer call() {
        return node.print("POST", "/collections/" + collection + "/ingest/pause", "");
    }
}
