package io.moraine.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Pauses a collection's ingestion, on all nodes. */
@Command(
        name = "pause",
        description = "Stops applying records of a collection; queries go on.",
        mixinStandardHelpOptions = true)
final class PauseCommand implements Callable<Integer> {

    @Mixin private final SteeredCollection collection = new SteeredCollection();

    @Override
    public Integer call() {
        return collection.ingest("/pause", "");
    }
}
