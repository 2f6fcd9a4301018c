package io.moraine.server;

/** How a process ended, after the conventions of {@code sysexits.h}. */
final class ExitCode {

    static final int OK = 0;

    /** Something went wrong that should not have. */
    static final int UNEXPECTED = 1;

    /** The command line is wrong. */
    static final int USAGE = 2;

    /** A data directory is not what was written. */
    static final int UNSOUND = 65;

    /** A port is taken, the data directory is unusable or in use. */
    static final int UNAVAILABLE = 69;

    /** A setting is wrong. */
    static final int CONFIG = 78;

    private ExitCode() {}
}
