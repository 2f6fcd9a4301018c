package io.moraine.storage.internal.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.DiskIo;
import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.FileReceipt;
import io.moraine.storage.internal.file.MappedFile;
import io.moraine.storage.internal.file.SealedFileWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Payloads in compressed blocks: what goes in comes out, or the reader is told. */
class PackedPayloadsTest {

    private static final FileOwner OWNER = new FileOwner(new UUID(1, 1), new UUID(2, 2), 0);

    private static final ValueLayout.OfLong I64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @TempDir Path directory;

    private final Arena arena = Arena.ofShared();
    private int files;

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void eachPayloadComesBackByteForByteInWhateverOrderItIsAskedFor() throws IOException {
        Random random = Seeds.random("packed");
        for (int round = 0; round < Integer.getInteger("cases", 60); round++) {
            List<byte[]> payloads = somePayloads(random);
            PackedPayloads packed = open(write(payloads));
            long[] positions = positions(payloads);
            assertEquals(positions[payloads.size()], packed.payloadBytes());
            for (int i = 0; i < payloads.size(); i++) {
                check(packed, positions[i], payloads.get(i));
            }
            for (int i = 0; i < payloads.size(); i++) {
                int any = random.nextInt(payloads.size());
                check(packed, positions[any], payloads.get(any));
            }
        }
    }

    @Test
    void aFileWithoutPayloadsIsOneToo() throws IOException {
        assertEquals(0, open(write(List.of())).payloadBytes());
    }

    @Test
    void repetitiveTextTakesAFractionOfItsBytes() throws IOException {
        List<byte[]> payloads =
                IntStream.range(0, 5_000)
                        .mapToObj(i ->
                                "{\"title\":\"article %d\",\"tags\":[\"news\",\"sport\"],\"views\":%d}"
                                        .formatted(i, i * 37 % 1_000)
                                        .getBytes(StandardCharsets.UTF_8))
                        .toList();
        long plain = positions(payloads)[payloads.size()];
        FileReceipt packed = write(payloads);
        assertTrue(packed.lengthBytes() * 4 < plain, packed.lengthBytes() + " of " + plain);
    }

    @Test
    void threadsReadTheSameBlocksAtOnce() throws Exception {
        Random random = Seeds.random("packed threads");
        List<byte[]> payloads = somePayloads(random);
        PackedPayloads packed = open(write(payloads));
        long[] positions = positions(payloads);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            long seed = random.nextLong();
            threads.add(
                    Thread.ofPlatform()
                            .uncaughtExceptionHandler((_, thrown) -> failure.set(thrown))
                            .start(() -> {
                                Random own = new Random(seed);
                                for (int i = 0; i < 3_000; i++) {
                                    int any = own.nextInt(payloads.size());
                                    check(packed, positions[any], payloads.get(any));
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(null, failure.get());
    }

    /** As a page of a mapped file whose medium failed after the file was published. */
    @Test
    void d06_aFlippedBitInABlockOrTheDirectoryIsNeverAnsweredAsAPayload() throws IOException {
        Random random = Seeds.random("packed damage");
        List<byte[]> payloads = somePayloads(random);
        MemorySegment body = body(write(payloads));
        long[] positions = positions(payloads);
        int refused = 0;
        for (int flip = 0; flip < 2_000; flip++) {
            MemorySegment damaged = arena.allocate(body.byteSize(), 64).copyFrom(body);
            long at = random.nextLong(body.byteSize());
            byte before = damaged.get(ValueLayout.JAVA_BYTE, at);
            damaged.set(ValueLayout.JAVA_BYTE, at, (byte) (before ^ 1 << random.nextInt(8)));
            refused += read(damaged, payloads, positions);
        }
        assertTrue(refused > 1_000, "damage that was told: " + refused);
    }

    @Test
    void d06_ALengthOfTwoGigabytesIsToldBeforeMemoryIsTakenForIt() throws IOException {
        List<byte[]> payloads = List.of("{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        MemorySegment body = body(write(payloads));
        long packed =
                body.get(
                        I64,
                        body.byteSize()
                                - PayloadBlockFormat.TAIL_BYTES
                                + PayloadBlockFormat.PACKED_BYTES_AT);
        long end = PayloadBlockFormat.directoryAt(packed) + PayloadBlockFormat.ENTRY_BYTES;
        MemorySegment damaged = arena.allocate(body.byteSize(), 64).copyFrom(body);
        damaged.set(I64, end, Integer.MAX_VALUE - 16L);
        assertEquals(1, read(damaged, payloads, positions(payloads)));
    }

    /** Reads everything; returns 1 when a read or the opening was refused, in the promised way. */
    private int read(MemorySegment damaged, List<byte[]> payloads, long[] positions)
            throws IOException {
        PackedPayloads packed;
        try {
            packed = PackedPayloads.open(damaged, Path.of("damaged.pay"));
        } catch (CorruptFileException told) {
            return 1;
        }
        int refused = 0;
        for (int i = 0; i < payloads.size(); i++) {
            try {
                check(packed, positions[i], payloads.get(i));
            } catch (UncheckedIOException told) {
                CorruptFileException cause =
                        assertInstanceOf(CorruptFileException.class, told.getCause());
                assertTrue(String.valueOf(cause.getMessage()).contains("damaged.pay"));
                refused = 1;
            }
        }
        return refused;
    }

    @Test
    void anotherCodecOrLengthIsRefusedWhenTheFileIsOpened() throws IOException {
        MemorySegment body = body(write(somePayloads(Seeds.random("packed tail"))));
        long tail = body.byteSize() - PayloadBlockFormat.TAIL_BYTES;
        for (long at :
                new long[] {
                    PayloadBlockFormat.CODEC_AT,
                    PayloadBlockFormat.BLOCK_COUNT_AT,
                    PayloadBlockFormat.PACKED_BYTES_AT + 6
                }) {
            MemorySegment damaged = arena.allocate(body.byteSize(), 64).copyFrom(body);
            damaged.set(ValueLayout.JAVA_BYTE, tail + at, (byte) 0x7b);
            assertThrows(
                    CorruptFileException.class,
                    () -> PackedPayloads.open(damaged, Path.of("damaged.pay")));
        }
        assertThrows(
                CorruptFileException.class,
                () -> PackedPayloads.open(body.asSlice(0, 32), Path.of("damaged.pay")));
    }

    private static void check(PackedPayloads packed, long position, byte[] expected) {
        byte[] actual = new byte[expected.length];
        packed.read(position, actual, actual.length);
        assertArrayEquals(expected, actual);
    }

    /** Small and large ones, text and noise, now and then larger than a block. */
    private static List<byte[]> somePayloads(Random random) {
        List<byte[]> payloads = new ArrayList<>();
        int count = 1 + random.nextInt(300);
        for (int i = 0; i < count; i++) {
            int most =
                    switch (random.nextInt(20)) {
                        case 0 -> 5 * PayloadBlockFormat.BLOCK_BYTES;
                        case 1 -> PayloadBlockFormat.BLOCK_BYTES;
                        default -> 400;
                    };
            byte[] payload = new byte[1 + random.nextInt(most)];
            if (random.nextBoolean()) {
                random.nextBytes(payload);
            } else {
                byte[] word = "{\"word\":%d}".formatted(i).getBytes(StandardCharsets.UTF_8);
                for (int at = 0; at < payload.length; at++) {
                    payload[at] = word[at % word.length];
                }
            }
            payloads.add(payload);
        }
        return payloads;
    }

    private static long[] positions(List<byte[]> payloads) {
        long[] positions = new long[payloads.size() + 1];
        for (int i = 0; i < payloads.size(); i++) {
            positions[i + 1] = positions[i] + payloads.get(i).length;
        }
        return positions;
    }

    private FileReceipt write(List<byte[]> payloads) throws IOException {
        try (SealedFileWriter file =
                        SealedFileWriter.create(
                                new DiskIo(),
                                directory.resolve("payloads" + files++),
                                FileKind.PAYLOADS,
                                OWNER,
                                UUID.randomUUID());
                PayloadBlockWriter blocks = new PayloadBlockWriter(file)) {
            for (byte[] payload : payloads) {
                blocks.add(payload, payload.length);
            }
            return blocks.finish();
        }
    }

    private PackedPayloads open(FileReceipt receipt) throws IOException {
        return PackedPayloads.open(body(receipt), directory.resolve(receipt.name()));
    }

    private MemorySegment body(FileReceipt receipt) throws IOException {
        return MappedFile.open(new DiskIo(), directory, receipt, FileKind.PAYLOADS, OWNER, arena)
                .body();
    }
}
