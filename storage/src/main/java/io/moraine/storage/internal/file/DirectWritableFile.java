package io.moraine.storage.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file whose large aligned pieces go to the device past the operating system's cache, and whose
 * rest goes through it.
 *
 * <p>A segment's columns are written once and in one go. Through the cache every byte would be
 * copied by the processor into pages made for it, while ingestion wants both; past it the device
 * fetches them itself. Reading the file back, which every sealed file gets, brings it into the
 * cache.
 */
final class DirectWritableFile implements WritableFile {

    /** Memory addresses, positions and lengths that are multiples of it can bypass the cache. */
    static final int ALIGNMENT = 4096;

    private static final Optional<OpenOption> DIRECT = directOption();

    private final DiskWritableFile cached;
    private final FileChannel direct;

    private DirectWritableFile(DiskWritableFile cached, FileChannel direct) {
        this.cached = cached;
        this.direct = direct;
    }

    /** A second way to a file that was just made; empty where the file system knows none. */
    static Optional<WritableFile> of(DiskWritableFile cached) {
        Path path = cached.path();
        try {
            if (DIRECT.isEmpty() || ALIGNMENT % Files.getFileStore(path).getBlockSize() != 0) {
                return Optional.empty();
            }
            FileChannel direct = FileChannel.open(path, StandardOpenOption.WRITE, DIRECT.get());
            return Optional.of(new DirectWritableFile(cached, direct));
        } catch (IOException | UnsupportedOperationException notHere) {
            return Optional.empty();
        }
    }

    /** By name: the compiler warns of every mention of what only some JVMs have. */
    private static Optional<OpenOption> directOption() {
        try {
            Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
            return Optional.of((OpenOption) options.getField("DIRECT").get(null));
        } catch (ReflectiveOperationException unknown) {
            return Optional.empty();
        }
    }

    @Override
    public Path path() {
        return cached.path();
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        int aligned = source.remaining() & -ALIGNMENT;
        if (aligned == 0
                || !source.isDirect()
                || position % ALIGNMENT != 0
                || source.alignmentOffset(source.position(), ALIGNMENT) != 0) {
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
