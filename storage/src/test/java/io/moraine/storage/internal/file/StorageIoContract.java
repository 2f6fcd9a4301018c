package io.moraine.storage.internal.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the storage engine relies on, whoever keeps the files. */
abstract class StorageIoContract {

    @TempDir Path temporary;

    private StorageIo io;
    private Path directory;

    abstract StorageIo createIo();

    @BeforeEach
    void open() throws IOException {
        io = createIo();
        directory = temporary.resolve("a").resolve("b");
        io.createDirectories(directory);
    }

    @Test
    void createsDirectoriesThatMayExistAlready() throws IOException {
        io.createDirectories(directory);
        assertTrue(io.exists(directory));
        assertEquals(List.of(new DirectoryEntry("b", true, 0)), io.list(temporary.resolve("a")));
    }

    @Test
    void listsFilesWithTheirLengthsByName() throws IOException {
        write("two", "22");
        write("one", "1");
        assertEquals(
                List.of(new DirectoryEntry("one", false, 1), new DirectoryEntry("two", false, 2)),
                io.list(directory));
        assertEquals(List.of(), io.list(directory.resolve("absent")));
    }

    @Test
    void readsBackWhatWasWrittenByPosition() throws IOException {
        Path path = directory.resolve("file");
        try (WritableFile file = io.create(path)) {
            file.writeFully(bytes("world"), 6);
            file.writeFully(bytes("hello "), 0);
            file.force();
        }
        assertEquals("hello world", read("file"));
        assertEquals(11, io.size(path));
    }

    @Test
    void refusesToCreateAFileThatExists() throws IOException {
        write("file", "x");
        assertThrows(FileAlreadyExistsException.class, () -> io.create(directory.resolve("file")));
    }

    @Test
    void refusesToOpenAFileThatDoesNotExist() {
        Path path = directory.resolve("absent");
        assertFalse(io.exists(path));
        assertThrows(NoSuchFileException.class, () -> io.open(path));
        assertThrows(NoSuchFileException.class, () -> io.delete(path));
        assertThrows(NoSuchFileException.class, () -> io.size(path));
    }

    @Test
    void endsTheReadingAtTheEndOfTheFile() throws IOException {
        write("file", "abc");
        try (ReadableFile file = io.open(directory.resolve("file"))) {
            assertEquals(3, file.size());
            assertEquals(-1, file.read(ByteBuffer.allocate(1), 3));
            assertThrows(EOFException.class, () -> file.readFully(ByteBuffer.allocate(4), 0));
        }
    }

    @Test
    void reservesSpaceThatReadsAsZeroAndKeepsWhatIsThere() throws IOException {
        Path path = directory.resolve("file");
        try (WritableFile file = io.create(path)) {
            file.writeFully(bytes("abc"), 0);
            file.reserve(3, 100);
            file.writeFully(bytes("d"), 3);
            file.truncate(5);
            file.force();
        }
        assertEquals("abcd\0", read("file"));
    }

    @Test
    void cutsAFileOff() throws IOException {
        write("file", "abcdef");
        io.truncate(directory.resolve("file"), 2);
        io.syncFile(directory.resolve("file"));
        assertEquals("ab", read("file"));
    }

    @Test
    void replacesAFileByRenaming() throws IOException {
        write("new", "new");
        write("old", "old");
        io.rename(directory.resolve("new"), directory.resolve("old"));
        io.syncDirectory(directory);
        assertEquals("new", read("old"));
        assertFalse(io.exists(directory.resolve("new")));
    }

    @Test
    void deletesFilesAndEmptyDirectoriesOnly() throws IOException {
        write("file", "x");
        assertThrows(IOException.class, () -> io.delete(directory));
        io.delete(directory.resolve("file"));
        io.delete(directory);
        assertFalse(io.exists(directory));
    }

    @Test
    void mapsAsManyBytesAsAskedFor() throws IOException {
        write("file", "abcdef");
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = io.map(directory.resolve("file"), 4, arena);
            assertEquals(4, memory.byteSize());
            assertTrue(memory.isReadOnly());
            assertArrayEquals(
                    "abcd".getBytes(StandardCharsets.UTF_8), memory.toArray(ValueLayout.JAVA_BYTE));
            assertThrows(
                    CorruptFileException.class, () -> io.map(directory.resolve("file"), 7, arena));
        }
    }

    @Test
    void givesADirectoryToOneHolderAtATime() throws IOException {
        Closeable lock = io.lock(directory);
        DirectoryInUseException refused =
                assertThrows(DirectoryInUseException.class, () -> io.lock(directory));
        assertTrue(String.valueOf(refused.getMessage()).contains("in use by this process"));
        lock.close();
        io.lock(directory).close();
    }

    final void write(String name, String content) throws IOException {
        try (WritableFile file = io.create(directory.resolve(name))) {
            file.writeFully(bytes(content), 0);
        }
    }

    final String read(String name) throws IOException {
        try (ReadableFile file = io.open(directory.resolve(name))) {
            ByteBuffer content = ByteBuffer.allocate((int) file.size());
            file.readFully(content, 0);
            return StandardCharsets.UTF_8.decode(content.flip()).toString();
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
