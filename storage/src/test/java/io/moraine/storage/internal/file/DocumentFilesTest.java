package io.moraine.storage.internal.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.file.SimFaults.PowerFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentFilesTest {

    private static final Path DIRECTORY = Path.of("/sim");

    @Test
    void returnsWhatWasSavedLast() throws IOException {
        DocumentFiles documents = documents(new SimDisk());
        assertEquals(Optional.empty(), documents.read("a-1"));
        documents.save("a-1", bytes("first"));
        documents.save("a-1", bytes("second"));
        documents.save("b", bytes(""));
        assertArrayEquals(bytes("second"), documents.read("a-1").orElseThrow());
        assertArrayEquals(bytes(""), documents.read("b").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a/b", "../a", "a.b", "-a", "a\0"})
    void refusesNamesThatCouldLeaveTheDirectory(String name) throws IOException {
        DocumentFiles documents = documents(new SimDisk());
        assertThrows(IllegalArgumentException.class, () -> documents.read(name));
        assertThrows(IllegalArgumentException.class, () -> documents.save(name, bytes("x")));
    }

    @Test
    void d03HasTheOldOrTheNewContentWhereverThePowerFails() throws IOException {
        for (int at = 1; at < 8; at++) {
            SimDisk disk = new SimDisk();
            DocumentFiles documents = documents(disk);
            documents.save("name", bytes("old"));
            disk.faults().failPowerAt(disk.faults().steps() + at);
            boolean saved = false;
            try {
                documents.save("name", bytes("new"));
                saved = true;
            } catch (PowerFailure expected) {
                assertTrue(disk.faults().powerFailed());
            }
            for (long seed = 0; seed < 30; seed++) {
                DocumentFiles survivor = documents(disk.crash(seed));
                String content =
                        new String(survivor.read("name").orElseThrow(), StandardCharsets.UTF_8);
                assertTrue(
                        content.equals("new") || (!saved && content.equals("old")),
                        "at=" + at + " seed=" + seed + ": " + content);
                survivor.save("name", bytes("again"));
            }
        }
    }

    private static DocumentFiles documents(SimDisk disk) throws IOException {
        return new DocumentFiles(disk, DIRECTORY, UUID::randomUUID);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
