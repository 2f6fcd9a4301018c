package io.moraine.storage.internal.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The simulated disk keeps the contract, and breaks only what was not forced. */
class SimDiskTest extends StorageIoContract {

    private static final Path DIRECTORY = Path.of("/sim");
    private static final Path FILE = DIRECTORY.resolve("file");

    private final SimDisk disk = new SimDisk();

    @Override
    StorageIo createIo() {
        return new SimDisk();
    }

    @Test
    void losesANameThatWasNotForcedInSomeCrashesAndKeepsAForcedOneInAll() throws IOException {
        create();
        Set<Boolean> survived = new HashSet<>();
        for (long seed = 0; seed < 50; seed++) {
            survived.add(disk.crash(seed).exists(FILE));
        }
        assertEquals(Set.of(true, false), survived);
        disk.syncDirectory(DIRECTORY);
        for (long seed = 0; seed < 50; seed++) {
            assertTrue(disk.crash(seed).exists(FILE), "seed=" + seed);
        }
    }

    @Test
    void tearsUnforcedBytesBySectorsAndKeepsForcedOnes() throws IOException {
        WritableFile file = create();
        file.writeFully(filled(2048, 1), 0);
        file.force();
        disk.syncDirectory(DIRECTORY);
        file.writeFully(filled(2048, 2), 1024);
        boolean mixed = false;
        for (long seed = 0; seed < 100; seed++) {
            byte[] content = disk.crash(seed).content(FILE);
            for (int i = 0; i < 1024; i++) {
                assertEquals(1, content[i], "seed=" + seed);
            }
            mixed |= content.length > 1536 && content[1024] != content[1536];
        }
        assertTrue(mixed);
    }

    @Test
    void replacesANameWhollyOrNotAtAll() throws IOException {
        WritableFile first = create();
        first.writeFully(filled(600, 1), 0);
        first.force();
        disk.syncDirectory(DIRECTORY);
        Path temporary = DIRECTORY.resolve("temporary");
        WritableFile second = disk.create(temporary);
        second.writeFully(filled(600, 2), 0);
        second.force();
        disk.rename(temporary, FILE);
        Set<Byte> seen = new HashSet<>();
        for (long seed = 0; seed < 50; seed++) {
            byte[] content = disk.crash(seed).content(FILE);
            assertEquals(600, content.length);
            assertEquals(content[0], content[599]);
            seen.add(content[0]);
        }
        assertEquals(2, seen.size());
    }

    @Test
    void forgetsThatPagesWereUnsyncedWhenASyncFails() throws IOException {
        WritableFile file = create();
        disk.syncDirectory(DIRECTORY);
        file.writeFully(filled(512, 1), 0);
        disk.faults().failForces(FILE::equals, 1, false);
        assertThrows(IOException.class, file::force);
        file.force();
        assertEquals(1, disk.content(FILE)[0]);
        for (long seed = 0; seed < 20; seed++) {
            byte[] content = disk.crash(seed).content(FILE);
            assertFalse(content.length > 0 && content[0] == 1, "seed=" + seed);
        }
    }

    @Test
    void takesPartOfAWriteBeforeItIsFull() throws IOException {
        WritableFile file = create();
        disk.faults().capacity(1000);
        assertEquals(1000, file.write(filled(1500, 1), 0));
        assertThrows(IOException.class, () -> file.write(filled(1, 1), 1000));
        file.truncate(0);
        file.writeFully(filled(900, 2), 0);
    }

    private WritableFile create() throws IOException {
        disk.createDirectories(DIRECTORY);
        return disk.create(FILE);
    }

    private static ByteBuffer filled(int length, int value) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            bytes.put((byte) value);
        }
        return bytes.flip();
    }
}
