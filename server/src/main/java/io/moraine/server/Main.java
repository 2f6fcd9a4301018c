package io.moraine.server;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** Where the process begins: reads the command line, runs the command, exits with its code. */
@Command(
        name = "moraine",
        description = "Kafka topics of embeddings as searchable vector collections.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            DemoCommand.class,
            DevCommand.class,
            ServeCommand.class,
            HealthCommand.class,
            InspectCommand.class,
            VerifyCommand.class,
            StatusCommand.class,
            MergeCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            RebuildCommand.class,
            AckGapCommand.class,
            DlqCommand.class,
            ConfigCommand.class,
            VersionCommand.class,
            HelpCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class Main {

    /** Runs a command and ends the process with its exit code, see {@link ExitCode}. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs a command and returns its exit code. */
    static int run(String... arguments) {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        commandLine.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        commandLine.setExecutionExceptionHandler(new Complaints());
        if (arguments.length == 0) {
            commandLine.usage(commandLine.getOut());
            return ExitCode.OK;
        }
        return commandLine.execute(arguments);
    }
}
