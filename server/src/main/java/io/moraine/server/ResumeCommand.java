package io.moraine.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Resumes a collection's ingestion, on all nodes. */
@Command(
        name = "resume",
        description = "Goes on after a pause, and where a bad record halted a partition.",
        mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {

    @Mixin private final SteeredCollection collection = new SteeredCollection();

    @Option(
            names = "--skip-bad-records",
            description = "Passes over the records that halted it, instead of trying them again.")
    private boolean skip;

    @Override
    public Integer call() {
        return collection.ingest("/resume", "{\"skip_bad_records\": %b}".formatted(skip));
    }
}
