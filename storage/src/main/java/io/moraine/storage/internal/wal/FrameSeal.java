package io.moraine.storage.internal.wal;

import static io.moraine.storage.internal.wal.WalFormatV1.CRC_AT;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksum that chains a frame to the one before. Computed over the frame while its crc field
 * holds the previous checksum, so that one pass over one piece of memory is all it takes. Belongs
 * to one thread.
 */
final class FrameSeal {

    private final CRC32C crc = new CRC32C();

    /**
     * Computes a frame's checksum and leaves it in the frame.
     *
     * @param bytes little-endian memory in which the frame lies; position and limit are changed
     * @param at where the frame begins
     * @param length its length with padding
     * @param previous checksum of the frame before
     */
    int seal(ByteBuffer bytes, int at, int length, int previous) {
        bytes.clear();
        bytes.putInt(at + CRC_AT, previous);
        int sealed = crc(bytes, at, length);
        bytes.putInt(at + CRC_AT, sealed);
        return sealed;
    }

    /** Computes the checksum that a frame should have; the frame is left as it was. */
    int compute(ByteBuffer bytes, int at, int length, int previous) {
        bytes.clear();
        int stored = bytes.getInt(at + CRC_AT);
        bytes.putInt(at + CRC_AT, previous);
        int computed = crc(bytes, at, length);
        bytes.putInt(at + CRC_AT, stored);
        return computed;
    }

    /** Whether a frame follows the one with a checksum; the frame is left as it was. */
    boolean follows(ByteBuffer bytes, int at, int length, int previous) {
        return compute(bytes, at, length, previous) == bytes.getInt(at + CRC_AT);
    }

    private int crc(ByteBuffer bytes, int at, int length) {
        crc.reset();
        crc.update(bytes.limit(at + length).position(at));
        bytes.clear();
        return (int) crc.getValue();
    }
}
