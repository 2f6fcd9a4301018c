package io.moraine.server;

import io.moraine.server.config.ServerConfig;
import io.moraine.server.config.Settings;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that runs a node until it is told to stop. */
abstract class NodeCommand implements Callable<Integer> {

    private static final Logger LOG = System.getLogger(NodeCommand.class.getName());
    private static final Duration FAILURE_CHECK_INTERVAL = Duration.ofSeconds(1);

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Option(
            names = {"-v", "--verbose"},
            description = "Log details, and what Kafka's clients say.")
    private boolean verbose;

    /** What this command prefers to the general defaults. */
    abstract Map<String, String> defaults();

    /** Whether what this command prints should not be interrupted by good news in the log. */
    boolean tellsAStory() {
        return false;
    }

    /**
     * Works with the running node.
     *
     * @return whether to keep the node running afterwards
     */
    abstract boolean whileRunning(Wiring node, ServerConfig config) throws Exception;

    @Override
    public Integer call() throws Exception {
        if (verbose) {
            LogLevels.verbose();
        } else if (tellsAStory()) {
            LogLevels.quiet();
        }
        ServerConfig config = options.load(defaults());
        config.warnings().forEach(warning -> LOG.log(Level.WARNING, warning));
        Wiring node = Wiring.start(config);
        NodeStop stop =
                new NodeStop(node, Duration.ofSeconds(config.valueOf(Settings.STOP_TIMEOUT_S)));
        stop.onExit();
        System.out.print(Banner.of(node, config));
        System.out.flush();
        try {
            return whileRunning(node, config) ? untilFailure(node) : ExitCode.OK;
        } finally {
            stop.now();
        }
    }

    /** Waits until the process is ended from outside, or the node breaks. */
    private static int untilFailure(Wiring node) throws InterruptedException {
        while (true) {
            Optional<Throwable> failure = node.failure();
            if (failure.isPresent()) {
                LOG.log(Level.ERROR, "the embedded Kafka broker failed", failure.get());
                return ExitCode.UNEXPECTED;
            }
            Thread.sleep(FAILURE_CHECK_INTERVAL);
        }
    }
}
