package io.moraine.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Resumes a collection's ingestion on a node. */
@Command(
        name = "resume",
        description = "Goes on after a pause, and where a bad record halted a partition.",
        mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {

    @Mixin private final SteeringClient node = new SteeringClient();

    @Parameters(paramLabel = "COLLECTION", description = "The collection.")
    private String collection = "";

    @Option(
            names = "--skip-bad-records",
            description = "Passes over the records that halted it, instead of trying them again.")
    private boolean skip;

    @Override
    public Integer call() {
        return node.print(
                "POST",
                "/collections/" + collection + "/ingest/resume",
                "{\"skip_bad_records\": %b}".formatted(skip));
    }
}
