package io.moraine.storage.internal.file;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A file being written, by position. One thread writes; another may {@link #force} at the same
 * time.
 */
public interface WritableFile extends Closeable {

    /** The file's name. */
    Path path();

    /**
     * Writes some of the remaining bytes of a buffer, at least one, and moves its position by as
     * many. A full disk shows as a short count first and as an exception next.
     *
     * @param position where in the file the first byte goes
     * @return number of bytes written
     */
    int write(ByteBuffer source, long position) throws IOException;

    /**
     * Writes all remaining bytes of a buffer. After an exception any number of them may have
     * arrived.
     *
     * @param position where in the file the first byte goes
     */
    default void writeFully(ByteBuffer source, long position) throws IOException {
        long at = position;
        while (source.hasRemaining()) {
            int written = write(source, at);
            if (written <= 0) {
                throw new EOFException(
                        "the file system took no byte of %d: file=%s position=%d"
                                .formatted(source.remaining(), path(), at));
            }
            at += written;
        }
    }

    /**
     * Reserves space, so that a full disk shows now and not in the middle of a write. The bytes
     * read as zero until they are written. A file system that cannot reserve does nothing.
     *
     * @param position first byte to reserve
     * @param bytes how many
     */
    void reserve(long position, long bytes) throws IOException;

    /**
     * Forces the bytes written so far, and the length, to the device. After an exception the file's
     * unforced bytes are in doubt for ever, even if a later call succeeds: abandon it.
     */
    void force() throws IOException;

    /** Cuts the file off. Only for files that are never mapped. */
    void truncate(long length) throws IOException;

    /** Lets go of the file without forcing it. Closing twice changes nothing. */
    @Override
    void close() throws IOException;
}
