package io.moraine.storage.internal.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel says of a mapping in {@code smaps} (proc(5)). */
class MemoryAdviceTest {

    private static final Path MAPS = Path.of("/proc/self/smaps");
    private static final int BYTES = 3 << 20;

    @TempDir Path directory;

    @BeforeEach
    void onLinux() {
        assumeTrue(Files.isReadable(MAPS), "no /proc here");
    }

    @Test
    void pagesThatAreReadAtRandomAreReadAlone() throws IOException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment mapped = map(arena);
            assertFalse(line(mapped, "VmFlags").contains(" rr"));
            assertTrue(MemoryAdvice.readAtRandom(mapped.asSlice(64)));
            assertTrue(line(mapped, "VmFlags").contains(" rr"));
        }
    }

    @Test
    void pagesThatAreBroughtInAreResidentBeforeAnybodyReadsThem() throws IOException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment mapped = map(arena);
            assertEquals(0, residentKib(mapped));
            assumeTrue(MemoryAdvice.bringIn(mapped.asSlice(64)), "Linux before 5.14");
            assertEquals(BYTES >> 10, residentKib(mapped));
            assertEquals(7, mapped.get(ValueLayout.JAVA_BYTE, BYTES - 1));
        }
    }

    @Test
    void allThatThereIsWouldBeMostOfTheMemory() {
        assertTrue(MemoryAdvice.isMostOfMemory(Long.MAX_VALUE));
        assertFalse(MemoryAdvice.isMostOfMemory(1 << 20));
    }

    private MemorySegment map(Arena arena) throws IOException {
        byte[] bytes = new byte[BYTES];
        bytes[BYTES - 1] = 7;
        Path file = Files.write(directory.resolve("mapped"), bytes);
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.map(MapMode.READ_ONLY, 0, BYTES, arena);
        }
    }

    private static int residentKib(MemorySegment mapped) throws IOException {
        return Integer.parseInt(line(mapped, "Rss").replaceAll("[^0-9]", ""));
    }

    private static String line(MemorySegment mapped, String field) throws IOException {
        String address = Long.toHexString(mapped.address());
        List<String> lines = Files.readAllLines(MAPS);
        int at = 0;
        while (!lines.get(at).startsWith(address + "-")) {
            at++;
        }
        while (!lines.get(at).startsWith(field + ":")) {
            at++;
        }
        return lines.get(at);
    }
}
