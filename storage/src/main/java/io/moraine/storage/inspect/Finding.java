package io.moraine.storage.inspect;

import java.nio.file.Path;

/**
 * Something that a check noticed.
 *
 * @param severity whether it is wrong
 * @param path the file or directory
 * @param what what is the matter, with what was expected and what is there
 * @param next what to do about it
 */
public record Finding(Severity severity, Path path, String what, String next) {

    /** Whether something is wrong. */
    public enum Severity {
        /** Bytes are not what was written, or contradict each other. */
        FAULT,
        /** Worth knowing, and nothing is lost by it. */
        NOTE
    }
}
