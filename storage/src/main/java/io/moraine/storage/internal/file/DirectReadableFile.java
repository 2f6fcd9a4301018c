package io.moraine.storage.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file whose large aligned pieces are read from the device past the operating system's cache, and
 * whose rest is read through it: for checking what the device holds, without filling the cache.
 */
final class DirectReadableFile implements ReadableFile {

    private final ReadableFile cached;
    private final FileChannel direct;

    DirectReadableFile(ReadableFile cached, FileChannel direct) {
        this.cached = cached;
        this.direct = direct;
    }

    @Override
    public Path path() {
        return cached.path();
    }

    @Override
    public long size() throws IOException {
        return cached.size();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        int aligned = DirectIo.alignedBytes(target, position);
        if (aligned == 0) {
            return cached.read(target, position);
        }
        int read = direct.read(target.slice(target.position(), aligned), position);
        if (read > 0) {
            target.position(target.position() + read);
        }
        return read;
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
