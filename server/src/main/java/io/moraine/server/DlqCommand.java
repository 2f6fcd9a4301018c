package io.moraine.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The dead letters of a collection. */
@Command(
        name = "dlq",
        description = "Records that could not be read, in the dead-letter topic.",
        mixinStandardHelpOptions = true,
        subcommands = {DlqCommand.ListLetters.class, DlqCommand.Replay.class, HelpCommand.class},
        synopsisSubcommandLabel = "COMMAND")
final class DlqCommand {

    /** Prints the newest letters. */
    @Command(
            name = "list",
            description = "The newest dead letters, oldest first.",
            mixinStandardHelpOptions = true)
    static final class ListLetters implements Callable<Integer> {

        @Mixin private final SteeringClient node = new SteeringClient();

        @Parameters(paramLabel = "COLLECTION", description = "The collection.")
        private String collection = "";

        @Option(names = "--limit", description = "How many at most; 100 without it.")
        private int limit = 100;

        @Override
        public Integer call() {
            return node.print(
                    "GET",
                    "/collections/%s/dead-letters?limit=%d".formatted(collection, limit),
                    "");
        }
    }

    /** Writes records to the collection's topic again. */
    @Command(
            name = "replay",
            description =
                    "Writes the records of dead letters to the topic again, each once, but for"
                            + " those whose point has a newer record.",
            mixinStandardHelpOptions = true)
    static final class Replay implements Callable<Integer> {

        @Mixin private final SteeringClient node = new SteeringClient();

        @Parameters(paramLabel = "COLLECTION", description = "The collection.")
        private String collection = "";

        @Option(names = "--limit", description = "How many letters to look at; 1000 without it.")
        private int limit = 1000;

        @Option(
                names = "--even-if-superseded",
                description = "Also those whose point has a newer record.")
        private boolean evenIfSuperseded;

        @Override
        public Integer call() {
            return node.print(
                    "POST",
                    "/collections/%s/dead-letters/replay".formatted(collection),
                    "{\"limit\": %d, \"even_if_superseded\": %b}"
                            .formatted(limit, evenIfSuperseded));
        }
    }
}
