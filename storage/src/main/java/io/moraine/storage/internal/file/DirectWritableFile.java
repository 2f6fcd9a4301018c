package io.moraine.storage.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file whose large aligned pieces go to the device past the operating system's cache, and whose
 * rest goes through it.
 *
 * <p>A segment's columns are written once and in one go. Through the cache every byte would be
 * copied by the processor into pages made for it, while ingestion wants both; past it the device
 * fetches them itself.
 */
final class DirectWritableFile implements WritableFile {

    private final DiskWritableFile cached;
    private final FileChannel direct;

    DirectWritableFile(DiskWritableFile cached, FileChannel direct) {
        this.cached = cached;
        this.direct = direct;
    }

    @Override
    public Path path() {
        return cached.path();
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        int aligned = DirectIo.alignedBytes(source, position);
        if (aligned == 0) {
            return cached.write(source, position);
        }
        int written = direct.write(source.slice(source.position(), aligned), position);
        source.position(source.position() + written);
        return written;
    }

    @Override
    public void reserve(long position, long bytes) throws IOException {
        cached.reserve(position, bytes);
    }

    /** One call for both ways: it forces the file, whoever wrote it. */
    @Override
    public void force() throws IOException {
        cached.force();
    }

    @Override
    public void truncate(long length) throws IOException {
        cached.truncate(length);
    }

    @Override
    public void close() throws IOException {
        try {
            direct.close();
        } finally {
            cached.close();
        }
    }
}
