package io.moraine.storage.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A file whose large aligned pieces go to the device past the operating system's cache, and whose
 * rest goes through it.
 *
 * <p>A segment's columns are written once and in one go. Through the cache every byte would be
 * copied by the processor into pages made for it, while ingestion wants both; past it the device
 * fetches them itself.
 */
final class DirectWritableFile extends ForwardingWritableFile {

    private final FileChannel direct;

    /** Forcing the cached way is enough: it forces the file, whoever wrote it. */
    DirectWritableFile(WritableFile cached, FileChannel direct) {
        super(cached);
        this.direct = direct;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        int aligned = DirectIo.alignedBytes(source, position);
        if (aligned == 0) {
            return super.write(source, position);
        }
        int written = direct.write(source.slice(source.position(), aligned), position);
        source.position(source.position() + written);
        return written;
    }

    @Override
    public void close() throws IOException {
        try {
            direct.close();
        } finally {
            super.close();
        }
    }
}
