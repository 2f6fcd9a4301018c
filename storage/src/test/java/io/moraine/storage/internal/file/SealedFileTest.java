package io.moraine.storage.internal.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedFileTest {

    private static final Path DIRECTORY = Path.of("/sim");
    private static final Path FILE = DIRECTORY.resolve("file");
    private static final FileOwner OWNER = new FileOwner(new UUID(1, 2), new UUID(3, 4), 5);
    private static final UUID FILE_ID = new UUID(6, 7);

    private final SimDisk disk = new SimDisk();

    @BeforeEach
    void createDirectory() throws IOException {
        disk.createDirectories(DIRECTORY);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 262_081, 1_048_512, 1_048_513, 3_000_000})
    void readsBackWhatWasWrittenInPieces(int length) throws IOException {
        byte[] body = random(length);
        FileReceipt receipt = write(body);
        assertEquals(64 + length + 32, receipt.lengthBytes());
        SealedFile.verify(disk, FILE, FileKind.VECTORS, OWNER, receipt);
        try (Arena arena = Arena.ofShared()) {
            MappedFile mapped =
                    MappedFile.open(disk, DIRECTORY, receipt, FileKind.VECTORS, OWNER, arena);
            assertArrayEquals(body, mapped.body().toArray(ValueLayout.JAVA_BYTE));
            assertEquals(FILE_ID, mapped.header().uuid());
            assertEquals(0, mapped.body().address() % 64);
        }
    }

    @Test
    void d06NoticesEveryFlippedBit() throws IOException {
        FileReceipt receipt = write(random(40));
        byte[] content = disk.content(FILE);
        for (int bit = 0; bit < content.length * 8; bit++) {
            byte[] flipped = content.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            disk.corrupt(FILE, flipped);
            CorruptFileException found =
                    assertThrows(
                            CorruptFileException.class,
                            () -> SealedFile.verify(disk, FILE, FileKind.VECTORS, OWNER, receipt),
                            "bit=" + bit);
            assertEquals(FILE, found.path());
            boolean inBody = bit / 8 >= 64 && bit / 8 < 104;
            if (inBody) {
                // The body is not looked at before mapping; the ends are.
                SealedFile.checkEnds(disk, FILE, FileKind.VECTORS, OWNER, receipt);
            } else {
                assertThrows(
                        CorruptFileException.class,
                        () -> SealedFile.checkEnds(disk, FILE, FileKind.VECTORS, OWNER, receipt),
                        "bit=" + bit);
            }
        }
    }

    @Test
    void m02RefusesAFileThatIsLongerOrShorterThanTheManifestSays() throws IOException {
        FileReceipt receipt = write(random(40));
        byte[] content = disk.content(FILE);
        for (int length = 0; length < 2 * content.length; length++) {
            if (length != content.length) {
                disk.corrupt(FILE, java.util.Arrays.copyOf(content, length));
                assertThrows(
                        CorruptFileException.class,
                        () -> SealedFile.checkEnds(disk, FILE, FileKind.VECTORS, OWNER, receipt));
            }
        }
    }

    @Test
    void d08TellsOneFileFromAnotherOfTheSameLength() throws IOException {
        FileReceipt receipt = write(random(40));
        disk.delete(FILE);
        try (SealedFileWriter writer =
                SealedFileWriter.create(disk, FILE, FileKind.VECTORS, OWNER, new UUID(0, 1))) {
            writer.write(ByteBuffer.wrap(random(40)));
            writer.finish();
        }
        CorruptFileException swapped =
                assertThrows(
                        CorruptFileException.class,
                        () -> SealedFile.checkEnds(disk, FILE, FileKind.VECTORS, OWNER, receipt));
        assertTrue(String.valueOf(swapped.getMessage()).contains("older or swapped file"));
        assertThrows(
                CorruptFileException.class,
                () -> SealedFile.checkEnds(disk, FILE, FileKind.IDS, OWNER, receipt));
        assertThrows(
                CorruptFileException.class,
                () -> SealedFile.checkEnds(disk, FILE, FileKind.VECTORS, FileOwner.STORE, receipt));
    }

    @Test
    void d07NoticesALostWriteBeforeItHandsOutAReceipt() throws IOException {
        disk.faults().loseWrites(any -> true, 1);
        assertThrows(IOException.class, () -> write(random(300_000)));
        assertFalse(disk.exists(FILE));
    }

    @Test
    void leavesNothingBehindWhenItIsNotFinished() throws IOException {
        try (SealedFileWriter writer =
                SealedFileWriter.create(disk, FILE, FileKind.VECTORS, OWNER, FILE_ID)) {
            writer.write(ByteBuffer.allocate(100));
            assertEquals(100, writer.bodyBytes());
            assertTrue(disk.exists(FILE));
        }
        assertFalse(disk.exists(FILE));
    }

    @Test
    void padsTheBodyToAnAlignment() throws IOException {
        try (SealedFileWriter writer =
                SealedFileWriter.create(disk, FILE, FileKind.VECTORS, OWNER, FILE_ID)) {
            writer.align(64);
            assertEquals(0, writer.bodyBytes());
            writer.write(ByteBuffer.allocate(3));
            writer.align(64);
            assertEquals(64, writer.bodyBytes());
            writer.finish();
        }
    }

    private FileReceipt write(byte[] body) throws IOException {
        try (SealedFileWriter writer =
                SealedFileWriter.create(disk, FILE, FileKind.VECTORS, OWNER, FILE_ID)) {
            int third = body.length / 3;
            writer.write(MemorySegment.ofArray(body).asSlice(0, third));
            writer.write(ByteBuffer.wrap(body, third, third));
            writer.write(MemorySegment.ofArray(body).asSlice(2L * third));
            return writer.finish();
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
