package io.moraine.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Acknowledges the gaps of a collection. */
@Command(
        name = "ack-gap",
        description = "Marks the gaps in what was read as seen, so that answers show them no more.",
        mixinStandardHelpOptions = true)
final class AckGapCommand implements Callable<Integer> {

    @Mixin private final SteeredCollection collection = new SteeredCollection();

    @Override
    public Integer call() {
        return collection.ingest("/gaps", "");
    }
}
