package io.moraine.storage.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Small named documents of a data directory, each a file {@code <name>.doc}: checksummed, replaced
 * atomically. Safe for use by several threads.
 */
public final class DocumentFiles {

    private static final String SUFFIX = ".doc";
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private final StorageIo io;
    private final Path directory;
    private final Supplier<UUID> uuids;

    /**
     * The documents in a directory.
     *
     * @param directory created when absent
     * @param uuids source of file ids
     */
    public DocumentFiles(StorageIo io, Path directory, Supplier<UUID> uuids) throws IOException {
        this.io = io;
        this.directory = directory;
        this.uuids = uuids;
        io.createDirectories(directory);
    }

    /**
     * The content of a document, or empty when there is none with this name.
     *
     * @param name lower-case letters, digits and dashes
     * @throws CorruptFileException if it is not what was saved
     */
    public synchronized Optional<byte[]> read(String name) throws IOException {
        Path path = directory.resolve(fileName(name));
        if (!io.exists(path)) {
            return Optional.empty();
        }
        ByteBuffer body = AtomicFile.read(io, path, FileKind.DOCUMENT, FileOwner.STORE);
        byte[] content = new byte[body.remaining()];
        body.get(content);
        return Optional.of(content);
    }

    /** Writes or replaces a document; it is safe on the device when the call returns. */
    public synchronized void save(String name, byte[] content) throws IOException {
        AtomicFile.write(
                io,
                directory,
                fileName(name),
                FileKind.DOCUMENT,
                FileOwner.STORE,
                uuids.get(),
                ByteBuffer.wrap(content));
    }

    private static String fileName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "invalid document name '%s': expected %s".formatted(name, NAME));
        }
        return name + SUFFIX;
    }
}
