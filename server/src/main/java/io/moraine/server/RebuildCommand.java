package io.moraine.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has a collection filled again beside the serving copy, or takes that back. */
@Command(
        name = "rebuild",
        description = "Fills a collection again beside the serving copy, which then serves.",
        mixinStandardHelpOptions = true)
final class RebuildCommand implements Callable<Integer> {

    @Mixin private final SteeringClient node = new SteeringClient();

    @Parameters(paramLabel = "COLLECTION", description = "The collection.")
    private String collection = "";

    @ArgGroup private Step step = new Step();

    @Option(names = "--topic", description = "Another topic to fill it from.")
    private String topic = "";

    /** What to do; a rebuild from the beginning when nothing is said. */
    static final class Step {

        @Option(
                names = "--from-timestamp",
                paramLabel = "TIME",
                description = "From the first record not older than 2026-01-31T12:00:00Z.")
        private String timestamp = "";

        @Option(
                names = "--from-offsets",
                paramLabel = "PARTITION=OFFSET",
                split = ",",
                description = "From these offsets, like 0=17,1=4.")
        private Map<Integer, Long> offsets = new TreeMap<>();

        @Option(names = "--back", description = "Serves the copy again that served before.")
        private boolean back;

        @Option(names = "--finish", description = "Gives up the copy that does not serve.")
        private boolean finish;
    }

    @Override
    public Integer call() {
        String path = "/collections/" + collection + "/ingest/rebuild";
        if (step.back || step.finish) {
            return node.print("POST", path + (step.back ? "/back" : "/finish"), "");
        }
        ObjectNode body = new ObjectMapper().createObjectNode();
        if (!step.timestamp.isEmpty()) {
            body.putObject("from").put("timestamp", step.timestamp);
        } else if (!step.offsets.isEmpty()) {
            ObjectNode offsets = body.putObject("from").putObject("offsets");
            step.offsets.forEach((partition, offset) -> offsets.put(partition.toString(), offset));
        } else {
            body.put("from", "earliest");
        }
        if (!topic.isEmpty()) {
            body.put("topic", topic);
        }
        return node.print("POST", path, body.toString());
    }
}
