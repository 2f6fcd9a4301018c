package io.moraine.server.demo;

import java.io.PrintStream;

/**
 * One line that changes in place while something runs. Where output is not a terminal only the last
 * text appears.
 */
final class ProgressLine {

    private final PrintStream out;
    private final boolean inPlace;
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
