package io.moraine.server;

import io.moraine.server.config.ConfigException;
import io.moraine.server.demo.DemoException;
import io.moraine.storage.StorageException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what stops a command into one sentence and an exit code; traces only for surprises. */
final class Complaints implements IExecutionExceptionHandler {

    @Override
    public int handleExecutionException(
            Exception failure, CommandLine commandLine, ParseResult parsed) throws Exception {
        return switch (failure) {
            case ConfigException e -> complain(commandLine, e, ExitCode.CONFIG);
            case StartException e -> complain(commandLine, e, ExitCode.UNAVAILABLE);
            case DemoException e -> complain(commandLine, e, ExitCode.UNEXPECTED);
            case StorageException e -> complain(commandLine, e, ExitCode.UNAVAILABLE);
            default -> throw failure;
        };
    }

    private static int complain(CommandLine commandLine, Exception failure, int exitCode) {
        commandLine.getErr().println("moraine: " + failure.getMessage());
        return exitCode;
    }
}
