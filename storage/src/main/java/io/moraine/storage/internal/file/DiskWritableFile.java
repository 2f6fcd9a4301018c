package io.moraine.storage.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A file written through a channel of its own. */
final class DiskWritableFile implements WritableFile {

    private final Path path;
    private final FileChannel channel;

    DiskWritableFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        return channel.write(source, position);
    }

    @Override
    public void reserve(long position, long bytes) throws IOException {
        FileReservation.reserve(path, position, bytes);
    }

    /** Without timestamps: they are the only thing that {@code fdatasync} leaves out. */
    @Override
    public void force() throws IOException {
        channel.force(false);
    }

    @Override
    public void truncate(long length) throws IOException {
        channel.truncate(length);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
