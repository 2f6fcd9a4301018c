package io.moraine.storage.internal.wal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;

/** What operators are told about a log, once per change of its state. */
final class WalLogger {

    private static final Logger LOGGER = System.getLogger("io.moraine.storage.wal");

    private WalLogger() {}

    static void stalled(String detail, Throwable cause) {
        LOGGER.log(Level.WARNING, detail + "; ingestion waits, queries go on", cause);
    }

    static void resumed(Path directory) {
        LOGGER.log(Level.INFO, "the log takes operations again: directory={0}", directory);
    }

    static void failed(String detail, Throwable cause) {
        LOGGER.log(Level.ERROR, detail + "; the shard serves read-only", cause);
    }

    static void lost(Path directory, long from, long to) {
        LOGGER.log(
                Level.WARNING,
                "frames of offsets {0} to {1} were lost to a failed sync; they are durable after"
                        + " the next checkpoint: directory={2}",
                from,
                to,
                directory);
    }

    static void leftBehind(Path file, Throwable cause) {
        LOGGER.log(Level.DEBUG, "a file of the log could not be tidied up: file=" + file, cause);
    }
}
