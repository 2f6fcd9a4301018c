package io.moraine.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has a node merge a collection's segments now, or give the merges up. */
@Command(
        name = "merge",
        description = "Merges the segments of a collection now, in the background.",
        mixinStandardHelpOptions = true)
final class MergeCommand implements Callable<Integer> {

    @Mixin private final SteeringClient node = new SteeringClient();

    @Parameters(paramLabel = "COLLECTION", description = "The collection.")
    private String collection = "";

    @Option(
            names = "--cancel",
            description = "Gives up the merges that run; their segments stay as they are.")
    private boolean cancel;

    @Override
    public Integer call() {
        return node.print(cancel ? "DELETE" : "POST", "/collections/" + collection + "/merge", "");
    }
}
