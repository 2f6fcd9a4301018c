package io.moraine.storage.internal.wal;

import io.moraine.storage.model.OperationFormat;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A file of the log, version 1: {@code wal-<startOffset, 20 digits>-<sequence>.log}.
 *
 * <p>Little-endian. The common file header, a start block, then frames without gaps. There is no
 * footer, because the last file grows.
 *
 * <pre>
 * OFFSET  SIZE  FIELD         MEANING
 *      0    64  header        the common file header, kind WAL
 *     64     8  sequence      number of this file, as in its name; each new file has a larger one
 *     72     8  startOffset   next offset of the log when the file was begun
 *     80    16  previousFile  id of the file that this one continues; 0 when it continues none
 *     96     8  previousEnd   position in that file behind the last frame that counts
 *    104     4  previousCrc   checksum in that last frame (the seed there if there is no frame)
 *    108     4  seed          random; the chain of this file's checksums begins with it
 *    112    12                0
 *    124     4  crc           CRC32C of bytes 64 to 123
 *    128        frames
 * </pre>
 *
 * <p>A frame begins at a multiple of 8:
 *
 * <pre>
 * OFFSET  SIZE  FIELD         MEANING
 *      0     4  length        bytes of the frame without padding; 0 means that no frame follows
 *      4     4  crc           see below
 *      8     1  type          {@link #TYPE_OPERATION} or {@link #TYPE_ADVANCE}
 *      9     1  flags         0
 *     10     2                0
 *     12     4  leaderEpoch   leader epoch of the record, -1 when unknown
 *     16     8  prevLast      lastOffset of the frame before, startOffset - 1 for a log's first
 *     24     8  firstOffset   first offset this frame covers
 *     32     8  lastOffset    last offset this frame covers
 *     40     n  payload       OPERATION: the operation, see {@link OperationFormat}; else nothing
 *      …        padding       zeros up to a multiple of 8
 * </pre>
 *
 * <p>The checksum is the CRC32C of the whole frame, padding included, computed while the crc field
 * holds the checksum of the frame before, or the file's seed for its first frame. So a frame is
 * only good behind the very frame it was written behind: a write that was lost, or old bytes in a
 * block used again, break the chain. {@code prevLast} says the same of offsets, which have holes of
 * their own in Kafka.
 *
 * <p>A file that continues another one may take over before that one's end: what lies behind {@code
 * previousEnd} there was in doubt after a failed sync and was written again here. A file that
 * continues none begins after a part of the log that is safe in segments.
 */
final class WalFormatV1 {

    static final int START_BLOCK_AT = 64;
    static final int SEQUENCE_AT = 64;
    static final int START_OFFSET_AT = 72;
    static final int PREVIOUS_FILE_AT = 80;
    static final int PREVIOUS_END_AT = 96;
    static final int PREVIOUS_CRC_AT = 104;
    static final int SEED_AT = 108;
    static final int START_CRC_AT = 124;
    static final int FRAMES_AT = 128;

    static final int LENGTH_AT = 0;
    static final int CRC_AT = 4;
    static final int TYPE_AT = 8;
    static final int FLAGS_AT = 9;
    static final int LEADER_EPOCH_AT = 12;
    static final int PREV_LAST_AT = 16;
    static final int FIRST_OFFSET_AT = 24;
    static final int LAST_OFFSET_AT = 32;
    static final int PAYLOAD_AT = 40;

    /** The frame carries one operation, of offset firstOffset = lastOffset. */
    static final byte TYPE_OPERATION = 1;

    /** The offsets firstOffset to lastOffset change no point. */
    static final byte TYPE_ADVANCE = 2;

    /** Most bytes in a frame, padding included. */
    static final int FRAME_BYTES_MAX = PAYLOAD_AT + OperationFormat.OPERATION_BYTES_MAX;

    static final ValueLayout.OfByte I8 = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private WalFormatV1() {}

    static int padded(int length) {
        return (length + 7) & ~7;
    }
}
