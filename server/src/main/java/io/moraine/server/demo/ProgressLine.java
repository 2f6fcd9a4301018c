package io.moraine.server.demo;

import java.io.PrintStream;
import java.time.Duration;

/**
 * One line that changes in place while something runs. Where output is not a terminal, a new line
 * now and then.
 */
final class ProgressLine {

    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private final PrintStream out;
    private final boolean inPlace;
    private long shownNanos = System.nanoTime();
    private int shownLength;

    ProgressLine(PrintStream out, boolean inPlace) {
        this.out = out;
        this.inPlace = inPlace;
    }

    /** Shows how far things are. */
    void update(String text) {
        if (inPlace) {
            out.print("\r" + padded(text));
            out.flush();
            shownLength = text.length();
        } else if (System.nanoTime() - shownNanos > PAUSE_NANOS) {
            out.println(text);
            shownNanos = System.nanoTime();
        }
    }

    /** Shows the last text and ends the line. */
    void done(String text) {
        out.println((inPlace ? "\r" : "") + padded(text));
        shownLength = 0;
    }

    private String padded(String text) {
        return text + " ".repeat(Math.max(0, shownLength - text.length()));
    }
}
