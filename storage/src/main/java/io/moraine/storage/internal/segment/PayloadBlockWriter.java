package io.moraine.storage.internal.segment;

import io.moraine.storage.internal.file.FileReceipt;
import io.moraine.storage.internal.file.SealedFileWriter;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Writes payloads in compressed blocks, see {@link PayloadBlockFormat}. Belongs to one thread; does
 * not close the file.
 */
final class PayloadBlockWriter implements Closeable {

    private final SealedFileWriter file;
    private final Zstandard zstandard = new Zstandard();
    private byte[] content = new byte[PayloadBlockFormat.BLOCK_BYTES];
    private int filled;
    private long[] directory = new long[128];
    private int blocks;
    private long payloadBytes;

    PayloadBlockWriter(SealedFileWriter file) {
        this.file = file;
    }

    /** Appends one payload, which is not empty. */
    void add(byte[] payload, int length) throws IOException {
        if (filled > 0 && filled + length > PayloadBlockFormat.BLOCK_BYTES) {
            endBlock();
        }
        if (length > content.length) {
            content = new byte[length];
        }
        System.arraycopy(payload, 0, content, filled, length);
        filled += length;
    }

    /** Ends the file's body and the file. */
    FileReceipt finish() throws IOException {
        endBlock();
        long packedBytes = file.bodyBytes();
        file.align(64);
        enter(packedBytes);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment entries =
                    arena.allocate((blocks + 1) * PayloadBlockFormat.ENTRY_BYTES, 64);
            for (int i = 0; i < 2 * (blocks + 1); i++) {
                entries.setAtIndex(RowFormat.I64, i, directory[i]);
            }
            file.write(entries);
            file.align(64);
            MemorySegment tail = arena.allocate(PayloadBlockFormat.TAIL_BYTES, 64);
            PayloadBlockFormat.putTail(tail, blocks, payloadBytes, packedBytes);
            file.write(tail);
        }
        return file.finish();
    }

    private void endBlock() throws IOException {
        if (filled == 0) {
            return;
        }
        int length = zstandard.pack(content, filled);
        enter(file.bodyBytes());
        blocks++;
        payloadBytes += filled;
        filled = 0;
        file.write(MemorySegment.ofArray(zstandard.packed()).asSlice(0, length));
    }

    private void enter(long blockAt) {
        if (2 * blocks + 2 > directory.length) {
            directory = Arrays.copyOf(directory, 2 * directory.length);
        }
        directory[2 * blocks] = payloadBytes;
        directory[2 * blocks + 1] = blockAt;
    }

    @Override
    public void close() {
        zstandard.close();
    }
}
