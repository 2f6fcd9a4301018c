package io.moraine.storage.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Copies files by channel, in chunks, through a temporary name. */
public final class FileCopy {

    private static final int CHUNK_BYTES = 1 << 20;

    private FileCopy() {}

    /**
     * Writes a file anew, to other blocks of the device, and puts it in its own place.
     *
     * @throws IOException if that fails; the file is as it was
     */
    public static void replace(StorageIo io, Path file) throws IOException {
        copy(io, file, 0, io.size(file), file);
    }

    /** Copies part of a file; a file that has the target's name is replaced. */
    static void copy(StorageIo io, Path source, long from, long length, Path target)
            throws IOException {
        Path temporary = target.resolveSibling(target.getFileName() + AtomicFile.TEMPORARY_SUFFIX);
        if (io.exists(temporary)) {
            io.delete(temporary);
        }
        try (ReadableFile reader = io.open(source);
                WritableFile writer = io.create(temporary)) {
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
            for (long at = 0; at < length; at += chunk.limit()) {
                chunk.clear().limit((int) Math.min(CHUNK_BYTES, length - at));
                reader.readFully(chunk, from + at);
                writer.writeFully(chunk.flip(), at);
            }
            writer.force();
        } catch (IOException failed) {
            if (io.exists(temporary)) {
                io.delete(temporary);
            }
            throw failed;
        }
        io.rename(temporary, target);
    }
}
