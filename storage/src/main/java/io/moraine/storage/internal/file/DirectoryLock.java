package io.moraine.storage.internal.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps a data directory for one process, by a lock of the operating system on its file {@code
 * LOCK}.
 *
 * <p>Closing <em>any</em> channel on that file silently drops the lock of the whole process
 * (POSIX.1 record locks), while the lock object still claims to be valid. So this class is the only
 * one that opens the file, opens it once, and asks its own registry before it does.
 */
public final class DirectoryLock implements Closeable {

    static final String NAME = "LOCK";

    /** Whether a file of a data directory is the one that is locked. */
    public static boolean isLockFile(String name) {
        return name.equals(NAME);
    }

    private static final Set<Path> HELD = new HashSet<>();

    private final Path directory;
    private final FileChannel channel;
    private boolean closed;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /** Takes a directory that exists. */
    static DirectoryLock acquire(Path directory) throws IOException {
        Path real = directory.toRealPath();
        synchronized (HELD) {
            if (HELD.contains(real)) {
                throw DirectoryInUseException.byThisProcess(real);
            }
            DirectoryLock lock = new DirectoryLock(real, openLocked(real));
            HELD.add(real);
            return lock;
        }
    }

    private static FileChannel openLocked(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        directory.resolve(NAME),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = tryLock(channel, directory);
            if (!locked) {
                throw DirectoryInUseException.byAnotherProcess(directory);
            }
            String pid = ProcessHandle.current().pid() + "\n";
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
            return channel;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }

    private static boolean tryLock(FileChannel channel, Path directory) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException sameProcess) {
            // A second class loader of this JVM has its own registry.
            throw DirectoryInUseException.byThisProcess(directory);
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (HELD) {
            if (!closed) {
                closed = true;
                channel.close();
                HELD.remove(directory);
            }
        }
    }
}
