package io.moraine.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** How much the log says; {@code logback.xml} sets the quiet default. */
final class LogLevels {

    private LogLevels() {}

    /** Lets our own code tell details and Kafka tell its story. */
    static void verbose() {
        set("io.moraine", Level.DEBUG);
        set("org.apache.kafka", Level.INFO);
        set("kafka", Level.INFO);
        set("io.helidon", Level.INFO);
    }

    /** Leaves the floor to what a command prints; only what needs attention is logged. */
    static void quiet() {
        set("io.moraine", Level.WARN);
    }

    private static void set(String logger, Level level) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger(logger).setLevel(level);
        }
    }
}
