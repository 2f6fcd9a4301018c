package io.moraine.storage.internal.file;

import java.io.IOException;
import java.nio.file.Path;

/** Bytes in a file are not the ones that were written there. */
public final class CorruptFileException extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Path path;
    private final long position;

    /**
     * A fault with all that is needed to act on it.
     *
     * @param what what is wrong, such as "checksum of the body"
     * @param path the file
     * @param position byte position of the fault in the file
     * @param expected what should be there
     * @param actual what is there
     * @param likelyCause a guess in a few words
     */
    public CorruptFileException(
            String what,
            Path path,
            long position,
            Object expected,
            Object actual,
            String likelyCause) {
        super(
                "%s is wrong: expected=%s actual=%s file=%s position=%d (%s?); run 'moraine verify'"
                        .formatted(what, expected, actual, path, position, likelyCause));
        this.path = path;
        this.position = position;
    }

    static CorruptFileException checksum(
            String what, Path path, long position, int expected, int actual) {
        return new CorruptFileException(
                what,
                path,
                position,
                "%08x".formatted(expected),
                "%08x".formatted(actual),
                "media error, or a write that was lost");
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** Byte position of the fault in the file. */
    public long position() {
        return position;
    }
}
