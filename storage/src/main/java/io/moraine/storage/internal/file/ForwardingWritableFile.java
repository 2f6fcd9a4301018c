package io.moraine.storage.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A file that is another one, but for what a subclass does otherwise. */
abstract class ForwardingWritableFile implements WritableFile {

    private final WritableFile file;

    ForwardingWritableFile(WritableFile file) {
        this.file = file;
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        return file.write(source, position);
    }

    @Override
    public void reserve(long position, long bytes) throws IOException {
        file.reserve(position, bytes);
    }

    @Override
    public void force() throws IOException {
        file.force();
    }

    @Override
    public void truncate(long length) throws IOException {
        file.truncate(length);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
