package io.moraine.storage.internal.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectWritableFileTest {

    private static final int ALIGNMENT = DirectIo.ALIGNMENT;

    private final long seed = Long.getLong("seed", 4096L);
    private final Random random = new Random(seed);

    @TempDir Path directory;

    @Test
    void writesAlignedAndOtherPiecesOfOneFile() throws IOException {
        for (int round = 0; round < 50; round++) {
            Path path = directory.resolve("file-" + round);
            byte[] body = new byte[random.nextInt(20 * ALIGNMENT)];
            random.nextBytes(body);
            try (WritableFile file = open(path);
                    Arena arena = Arena.ofConfined()) {
                ByteBuffer memory =
                        arena.allocate(20 * ALIGNMENT + ALIGNMENT, ALIGNMENT).asByteBuffer();
                int written = 0;
                while (written < body.length) {
                    int length = Math.min(body.length - written, piece());
                    int shift = random.nextInt(3) == 0 ? 1 + random.nextInt(ALIGNMENT) : 0;
                    ByteBuffer source = memory.slice(shift, length).put(body, written, length);
                    file.writeFully(source.flip(), written);
                    assertEquals(0, source.remaining());
                    written += length;
                }
                file.force();
            }
            assertArrayEquals(body, Files.readAllBytes(path), "seed " + seed);
            assertArrayEquals(body, readPastTheCache(path, body.length), "seed " + seed);
        }
    }

    @Test
    void sendsAlignedPiecesPastTheCache() throws IOException {
        Path path = directory.resolve("file");
        try (WritableFile file = open(path);
                Arena arena = Arena.ofConfined()) {
            ByteBuffer memory = arena.allocate(4L * ALIGNMENT, ALIGNMENT).asByteBuffer();
            ByteBuffer uneven = memory.slice(0, 2 * ALIGNMENT + 5);
            assertEquals(2 * ALIGNMENT, file.write(uneven, 0));
            assertEquals(5, file.write(uneven, 2 * ALIGNMENT));
            ByteBuffer shifted = memory.slice(8, ALIGNMENT);
            assertEquals(ALIGNMENT, file.write(shifted, 3 * ALIGNMENT));
        }
    }

    private byte[] readPastTheCache(Path path, int length) throws IOException {
        byte[] found = new byte[length];
        try (ReadableFile file = new DiskIo().openUncached(path);
                Arena arena = Arena.ofConfined()) {
            ByteBuffer memory = arena.allocate(3 * ALIGNMENT, ALIGNMENT).asByteBuffer();
            for (int at = 0; at < length; at += memory.limit()) {
                memory.clear().limit(Math.min(length - at, piece()));
                file.readFully(memory, at);
                memory.flip().get(found, at, memory.limit());
            }
            assertEquals(-1, file.read(memory.clear(), length + ALIGNMENT));
        }
        return found;
    }

    /** A piece of a few blocks, or of any length. */
    private int piece() {
        return random.nextBoolean()
                ? ALIGNMENT * (1 + random.nextInt(3))
                : 1 + random.nextInt(2 * ALIGNMENT);
    }

    private static WritableFile open(Path path) throws IOException {
        DiskWritableFile cached =
                new DiskWritableFile(
                        path,
                        FileChannel.open(
                                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        Optional<FileChannel> direct = DirectIo.open(path, StandardOpenOption.WRITE);
        assumeTrue(direct.isPresent(), "the file system has no way past its cache");
        return new DirectWritableFile(cached, direct.get());
    }
}
