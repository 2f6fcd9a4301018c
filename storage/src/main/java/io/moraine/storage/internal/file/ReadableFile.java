package io.moraine.storage.internal.file;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A file read by position. Safe for use by several threads that nobody interrupts. */
public interface ReadableFile extends Closeable {

    /** The file's name. */
    Path path();

    /** Length of the file in bytes at this moment. */
    long size() throws IOException;

    /**
     * Reads some bytes into a buffer and moves its position by as many.
     *
     * @param position where in the file the first byte lies
     * @return number of bytes read, or -1 at the end of the file
     */
    int read(ByteBuffer target, long position) throws IOException;

    /**
     * Fills the buffer.
     *
     * @throws EOFException if the file ends before
     */
    default void readFully(ByteBuffer target, long position) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int read = read(target, at);
            if (read < 0) {
                throw new EOFException(
                        "file ends %d bytes early: file=%s position=%d"
                                .formatted(target.remaining(), path(), at));
            }
            at += read;
        }
    }
}
