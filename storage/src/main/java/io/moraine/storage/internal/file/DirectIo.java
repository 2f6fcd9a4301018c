package io.moraine.storage.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A way to the device past the operating system's cache, where the file system has one. */
final class DirectIo {

    /** Memory addresses, positions and lengths that are multiples of it can bypass the cache. */
    static final int ALIGNMENT = 4096;

    private static final Optional<OpenOption> OPTION = option();

    /** Finding a directory's file system reads a table of the kernel's: once for each is enough. */
    private static final Map<Path, Boolean> FITTING = new ConcurrentHashMap<>();

    private DirectIo() {}

    /** A second channel to a file; empty where the file system knows no such way. */
    static Optional<FileChannel> open(Path path, StandardOpenOption access) {
        try {
            if (OPTION.isEmpty() || !fits(path)) {
                return Optional.empty();
            }
            return Optional.of(FileChannel.open(path, access, OPTION.get()));
        } catch (IOException | UnsupportedOperationException notHere) {
            return Optional.empty();
        }
    }

    private static boolean fits(Path path) throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        Boolean known = directory == null ? null : FITTING.get(directory);
        if (known == null) {
            known = ALIGNMENT % Files.getFileStore(path).getBlockSize() == 0;
            if (directory != null) {
                FITTING.put(directory, known);
            }
        }
        return known;
    }

    /** How many of a buffer's remaining bytes, from the first on, can go this way; 0 for none. */
    static int alignedBytes(ByteBuffer buffer, long position) {
        int aligned = buffer.remaining() & -ALIGNMENT;
        return aligned > 0
                        && buffer.isDirect()
                        && position % ALIGNMENT == 0
                        && buffer.alignmentOffset(buffer.position(), ALIGNMENT) == 0
                ? aligned
                : 0;
    }

    /** By name: the compiler warns of every mention of what only some JVMs have. */
    private static Optional<OpenOption> option() {
        try {
            Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
            return Optional.of((OpenOption) options.getField("DIRECT").get(null));
        } catch (ReflectiveOperationException unknown) {
            return Optional.empty();
        }
    }
}
