package io.moraine.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Acknowledges the gaps of a collection on a node. */
@Command(
        name = "ack-gap",
        description = "Marks the gaps in what was read as seen, so that answers show them no more.",
        mixinStandardHelpOptions = true)
final class AckGapCommand implements Callable<Integer> {

    @Mixin private final SteeringClient node = new SteeringClient();

    @Parameters(paramLabel = "COLLECTION", description = "The collection.")
    private String collection = "";

    @Override
    public Integer call() {
        return node.print("POST", "/collections/" + collection + "/ingest/gaps", "");
    }
}
