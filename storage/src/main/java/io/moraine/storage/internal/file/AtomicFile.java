package io.moraine.storage.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Small files that are replaced as a whole: after a crash the name has the old content or the new
 * one, never a mixture and never nothing.
 *
 * <p>Write to a temporary name → force → read back → rename → force the directory.
 */
public final class AtomicFile {

    /** Ending of the temporary name; a file with it is a leftover of a crash. */
    public static final String TEMPORARY_SUFFIX = ".tmp";

    /** Most bytes in a body. */
    public static final int BODY_BYTES_MAX = 64 << 20;

    private AtomicFile() {}

    /**
     * Writes or replaces a file; it is safe on the device when the call returns. After an exception
     * the old content is still there, or the new one is but may not survive a power loss.
     *
     * @return what a manifest would remember of it
     */
    public static FileReceipt write(
            StorageIo io,
            Path directory,
            String name,
            FileKind kind,
            FileOwner owner,
            UUID uuid,
            ByteBuffer body)
            throws IOException {
        Path path = directory.resolve(name);
        if (body.remaining() > BODY_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "file of %d bytes, more than %d: file=%s"
                            .formatted(body.remaining(), BODY_BYTES_MAX, path));
        }
        Path temporary = directory.resolve(name + TEMPORARY_SUFFIX);
        if (io.exists(temporary)) {
            io.delete(temporary);
        }
        FileReceipt written;
        try (SealedFileWriter writer = SealedFileWriter.create(io, temporary, kind, owner, uuid)) {
            writer.write(body);
            written = writer.finish();
        }
        io.rename(temporary, path);
        io.syncDirectory(directory);
        return new FileReceipt(name, written.uuid(), written.lengthBytes(), written.bodyCrc());
    }

    /**
     * Reads a file's body, all of it checked.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws CorruptFileException if it is not sound
     */
    public static ByteBuffer read(StorageIo io, Path path, FileKind kind, FileOwner owner)
            throws IOException {
        try (ReadableFile file = io.open(path)) {
            FileReceipt receipt = SealedFile.receipt(file, kind, owner);
            long bytes = receipt.lengthBytes() - FileHeaderFormat.BYTES - FileFooterFormat.BYTES;
            if (bytes > BODY_BYTES_MAX) {
                throw new CorruptFileException(
                        "length of the body",
                        path,
                        0,
                        "at most " + BODY_BYTES_MAX,
                        bytes,
                        "not a file of this software");
            }
            SealedFile.checkBody(file, receipt);
            ByteBuffer body = ByteBuffer.allocate((int) bytes);
            file.readFully(body, FileHeaderFormat.BYTES);
            return body.flip();
        }
    }
}
