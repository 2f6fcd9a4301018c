package io.moraine.storage.internal.file;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/**
 * Everything the storage engine asks of a file system. A seam, so that tests can put a simulated
 * disk here.
 *
 * <p>Obligations of an implementation:
 *
 * <ul>
 *   <li>What {@link WritableFile#force} covered survives a power loss; nothing else is promised to.
 *   <li>A name that {@link #create}, {@link #rename} or {@link #delete} made or removed survives a
 *       power loss once {@link #syncDirectory} of its directory returned.
 *   <li>{@link #rename} is atomic: afterwards either the old or the new file has the name.
 * </ul>
 *
 * Safe for use by several threads. Never call it from a thread that may be interrupted: an
 * interrupt in the middle of a channel call closes the channel for everybody.
 */
public interface StorageIo {

    /**
     * Creates a directory and its parents where absent; when the call returns, those created are
     * safe on the device.
     */
    void createDirectories(Path directory) throws IOException;

    /** What lies in a directory, by name; empty when there is no such directory. */
    List<DirectoryEntry> list(Path directory) throws IOException;

    /** Whether a file or directory has this name. */
    boolean exists(Path path);

    /** Length of a file in bytes. */
    long size(Path file) throws IOException;

    /**
     * Creates an empty file.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the name is taken
     */
    WritableFile create(Path file) throws IOException;

    /**
     * Creates an empty file that will be written once, from front to back, in large pieces.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the name is taken
     */
    default WritableFile createOnce(Path file) throws IOException {
        return create(file);
    }

    /**
     * Opens a file for reading.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    ReadableFile open(Path file) throws IOException;

    /**
     * Opens a file for reading what the device holds, once, past a cache where there is a way.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    default ReadableFile openUncached(Path file) throws IOException {
        return open(file);
    }

    /** Says that a file will soon be read by {@link #map}; does not wait for anything. */
    default void readAhead(Path file) throws IOException {}

    /**
     * Makes the first bytes of a file readable as memory until the arena is closed. The memory may
     * be a read-only mapping or a copy.
     *
     * @param length how many bytes; the file must have at least as many
     * @param arena owner of the memory
     */
    MemorySegment map(Path file, long length, Arena arena) throws IOException;

    /** Whether {@link #map} gives copies, which take memory that the system cannot take back. */
    default boolean mapsByCopy() {
        return false;
    }

    /** Forces what was ever written to a file, through this process or another, to the device. */
    void syncFile(Path file) throws IOException;

    /**
     * Cuts the end off a file and forces the new length. Only for files that are never mapped.
     *
     * @param length the new length in bytes, not above the present one
     */
    void truncate(Path file, long length) throws IOException;

    /** Gives a file another name in one step, replacing a file that has it. */
    void rename(Path from, Path to) throws IOException;

    /** Removes a file or an empty directory. */
    void delete(Path path) throws IOException;

    /** Forces the names in a directory to the device. */
    void syncDirectory(Path directory) throws IOException;

    /**
     * Takes a directory for this process, until the result is closed or the process ends.
     *
     * @throws DirectoryInUseException if this process or another one has it
     */
    Closeable lock(Path directory) throws IOException;
}
