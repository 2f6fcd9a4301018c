package io.moraine.storage.internal.segment;

import static io.moraine.storage.internal.segment.RowFormat.I32;
import static io.moraine.storage.internal.segment.RowFormat.I64;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.FileHeaderFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Reads payloads in compressed blocks, see {@link PayloadBlockFormat}. */
final class PackedPayloads implements PayloadColumn {

    private static final AtomicLong COLUMNS = new AtomicLong();

    private final long column = COLUMNS.incrementAndGet();
    private final MemorySegment body;
    private final Path file;
    private final PayloadBlockCache cache;
    private final int blocks;
    private final long payloadBytes;
    private final long packedBytes;
    private final long directoryAt;

    private PackedPayloads(MemorySegment body, Path file, PayloadBlockCache cache, int blocks) {
        long tail = body.byteSize() - PayloadBlockFormat.TAIL_BYTES;
        this.body = body;
        this.file = file;
        this.cache = cache;
        this.blocks = blocks;
        payloadBytes = body.get(I64, tail + PayloadBlockFormat.PAYLOAD_BYTES_AT);
        packedBytes = body.get(I64, tail + PayloadBlockFormat.PACKED_BYTES_AT);
        directoryAt = PayloadBlockFormat.directoryAt(packedBytes);
    }

    /**
     * Payloads in a file's body.
     *
     * @param file for messages
     * @throws CorruptFileException if the body has not the length that its own numbers ask for
     * @throws IOException if Zstandard is not available
     */
    static PackedPayloads open(MemorySegment body, Path file) throws IOException {
        Zstandard.load();
        long tail = body.byteSize() - PayloadBlockFormat.TAIL_BYTES;
        if (tail < 0) {
            throw corrupt(file, 0, "length of the payload blocks", "a tail", body.byteSize());
        }
        int codec = body.get(I32, tail + PayloadBlockFormat.CODEC_AT);
        if (codec != PayloadBlockFormat.CODEC_ZSTD) {
            throw corrupt(file, tail, "codec", PayloadBlockFormat.CODEC_ZSTD, codec);
        }
        long blocks = body.get(I64, tail + PayloadBlockFormat.BLOCK_COUNT_AT);
        long packed = body.get(I64, tail + PayloadBlockFormat.PACKED_BYTES_AT);
        if (blocks < 0
                || blocks > body.byteSize() / PayloadBlockFormat.ENTRY_BYTES
                || packed < 0
                || packed > body.byteSize()
                || body.byteSize() != PayloadBlockFormat.bodyBytes(packed, blocks)) {
            throw corrupt(
                    file,
                    tail,
                    "length of the payload blocks",
                    "%d blocks of %d bytes".formatted(blocks, packed),
                    body.byteSize());
        }
        return new PackedPayloads(body, file, PayloadBlockCache.SHARED, Math.toIntExact(blocks));
    }

    @Override
    public long payloadBytes() {
        return payloadBytes;
    }

    @Override
    public void read(long position, byte[] target, int length) {
        int block = find(position);
        byte[] content = content(block);
        long from = position - start(block);
        if (from < 0 || from + length > content.length) {
            throw unreadable(block, "a payload of %d bytes".formatted(length), content.length);
        }
        System.arraycopy(content, (int) from, target, 0, length);
    }

    /** The last block that does not begin behind a position. */
    private int find(long position) {
        int low = 0;
        int high = blocks - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (start(middle) <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private byte[] content(int block) {
        byte[] known = cache.find(column, block);
        if (known != null) {
            return known;
        }
        byte[] content = unpack(block);
        cache.keep(column, block, content);
        return content;
    }

    private byte[] unpack(int block) {
        long from = at(block);
        long length = at(block + 1) - from;
        long contentLength = start(block + 1) - start(block);
        if (from < 0
                || length <= 0
                || from + length > packedBytes
                || contentLength <= 0
                || contentLength > Integer.MAX_VALUE - 8
                || length > Integer.MAX_VALUE - 8) {
            throw unreadable(block, "a block inside the file", from + " to " + (from + length));
        }
        // Copied first: a page that cannot be read is an error in Java and the end in native code.
        byte[] packed = new byte[(int) length];
        MemorySegment.copy(body, ValueLayout.JAVA_BYTE, from, packed, 0, packed.length);
        try {
            return Zstandard.unpack(packed, (int) contentLength);
        } catch (IllegalArgumentException damaged) {
            throw unreadable(
                    block,
                    "%d bytes of content".formatted(contentLength),
                    String.valueOf(damaged.getMessage()));
        }
    }

    private long start(int block) {
        return body.get(I64, directoryAt + block * PayloadBlockFormat.ENTRY_BYTES);
    }

    private long at(int block) {
        return body.get(
                I64,
                directoryAt
                        + block * PayloadBlockFormat.ENTRY_BYTES
                        + PayloadBlockFormat.ENTRY_BLOCK_AT);
    }

    private UncheckedIOException unreadable(int block, Object expected, Object actual) {
        return new UncheckedIOException(
                corrupt(file, at(block), "payload block " + block, expected, actual));
    }

    private static CorruptFileException corrupt(
            Path file, long position, String what, Object expected, Object actual) {
        return new CorruptFileException(
                what,
                file,
                FileHeaderFormat.BYTES + position,
                expected,
                actual,
                "media error, or written by a faulty version");
    }
}
