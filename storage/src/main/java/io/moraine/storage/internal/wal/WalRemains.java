package io.moraine.storage.internal.wal;

import static io.moraine.storage.internal.wal.WalFormatV1.CRC_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.I32;
import static io.moraine.storage.internal.wal.WalFormatV1.LENGTH_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.PAYLOAD_AT;

import io.moraine.storage.internal.file.ReadableFile;
import io.moraine.storage.internal.file.StorageIo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * What lies in a log file behind its last good frame: nothing, the rest of a write that a crash cut
 * off, or frames that were good and have lost the one before them.
 *
 * @param bytes how many bytes up to the last one that is not zero
 * @param goodFrameAt position of a good frame behind the bad one, or -1
 */
record WalRemains(long bytes, long goodFrameAt) {

    /** Garbage may look like the beginning of a frame this often before the search is given up. */
    private static final int CANDIDATES_MAX = 10_000;

    private static final int READ_BYTES = 1 << 20;

    /**
     * Looks at a file from the first byte on that is not good.
     *
     * @param goodCrc checksum in the last good frame
     */
    static WalRemains in(StorageIo io, Path path, long from, int goodCrc) throws IOException {
        try (ReadableFile file = io.open(path);
                Arena arena = Arena.ofConfined()) {
            long length = lengthWithoutZeros(file, from);
            if (length == 0) {
                return new WalRemains(0, -1);
            }
            // Up to a whole frame, so that one whose own last bytes are zero is seen whole.
            long wanted = Math.min(file.size() - from, length + PAYLOAD_AT);
            MemorySegment memory = arena.allocate(wanted + 8, 64);
            ByteBuffer bytes = memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            file.readFully(bytes.limit((int) wanted), from);
            long found = new Search(memory, bytes, (int) wanted).run(goodCrc);
            return new WalRemains(length, found < 0 ? -1 : from + found);
        }
    }

    private static long lengthWithoutZeros(ReadableFile file, long from) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(READ_BYTES);
        for (long end = file.size(); end > from; ) {
            int size = (int) Math.min(READ_BYTES, end - from);
            file.readFully(chunk.clear().limit(size), end - size);
            for (int i = size - 1; i >= 0; i--) {
                if (chunk.get(i) != 0) {
                    return end - size + i + 1 - from;
                }
            }
            end -= size;
        }
        return 0;
    }

    /**
     * Looks for a frame whose checksum follows from bytes before it: from the bad frame's own
     * checksum, which may have survived; from the checksum it should have, if only that was hit; or
     * from that of a frame in front of it that looks sound.
     */
    private static final class Search {
        private final FrameSeal seal = new FrameSeal();
        private final MemorySegment memory;
        private final ByteBuffer bytes;
        private final int length;

        Search(MemorySegment memory, ByteBuffer bytes, int length) {
            this.memory = memory;
            this.bytes = bytes;
            this.length = length;
        }

        long run(int goodCrc) {
            int badCrc = length >= 8 ? memory.get(I32, CRC_AT) : 0;
            int badSize = length >= PAYLOAD_AT ? frameAt(0) : 0;
            int rightCrc = badSize > 0 ? seal.compute(bytes, 0, badSize, goodCrc) : badCrc;
            int candidates = 0;
            for (int at = 8; at + PAYLOAD_AT <= length && candidates < CANDIDATES_MAX; at += 8) {
                int size = frameAt(at);
                if (size == 0) {
                    continue;
                }
                candidates++;
                if (seal.follows(bytes, at, size, badCrc)
                        || seal.follows(bytes, at, size, rightCrc)) {
                    return at;
                }
                int behind = at + size;
                int sizeBehind = behind + PAYLOAD_AT <= length ? frameAt(behind) : 0;
                if (sizeBehind > 0
                        && seal.follows(bytes, behind, sizeBehind, memory.get(I32, at + CRC_AT))) {
                    return behind;
                }
            }
            return -1;
        }

        private int frameAt(int at) {
            int frame = memory.get(I32, at + LENGTH_AT);
            if (frame < PAYLOAD_AT || frame > length - at) {
                return 0;
            }
            int padded = WalFormatV1.padded(frame);
            return padded <= length - at && WalReader.isPlausible(memory, at, frame) ? padded : 0;
        }
    }
}
