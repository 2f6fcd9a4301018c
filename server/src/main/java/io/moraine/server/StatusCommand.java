package io.moraine.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints what a collection's ingestion is doing, or the names of all collections. */
@Command(
        name = "status",
        description = "What the ingestion of a collection is doing; without a name, all names.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {

    @Mixin private final SteeringClient node = new SteeringClient();

    @Parameters(arity = "0..1", paramLabel = "COLLECTION", description = "The collection.")
    private String collection = "";

    @Override
    public Integer call() {
        return collection.isEmpty()
                ? node.print("GET", "/collections", "")
                : node.print("GET", "/collections/" + collection + "/ingest", "");
    }
}
