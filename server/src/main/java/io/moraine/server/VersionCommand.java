package io.moraine.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Prints the version of Moraine and of what it runs on. */
@Command(
        name = "version",
        description = "The version of Moraine and of the Java it runs on.",
        mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        for (String line : new Version().getVersion()) {
            System.out.println(line);
        }
        return ExitCode.OK;
    }
}
