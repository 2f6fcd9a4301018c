package io.moraine.storage.internal.segment;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What is known of one row besides its vectors: a record of 64 bytes, one cache line, the same in
 * an appendable segment and in a sealed segment's file. All numbers are little-endian and aligned.
 *
 * <pre>
 * OFFSET  SIZE  FIELD            MEANING
 *      0     8  born             sequence number of the operation that wrote the row
 *      8     8  timestampMs      timestamp of its record, milliseconds since the epoch
 *     16     8  version          external version; 0 means that born is the version
 *     24     8  idHash           XXH3 (64 bits, seed 0) of the encoded id
 *     32     8  idPosition       where the encoded id begins
 *     40     8  payloadPosition  where the payload begins
 *     48     4  payloadLength    bytes of the payload; 0 means none
 *     52     4  versionScope     scope of the external version
 *     56     4  previous         1 + the row of this segment that held the id before; 0 means none
 *     60     2  idLength         bytes of the encoded id
 *     62     2  flags            bit 0: tombstone, a row that was never alive
 *                              bit 1: versioned, this or an earlier operation on the id had an
 *                              external version
 * </pre>
 *
 * <p>Positions are byte positions in the id and payload sections of a sealed segment's files, and
 * handles of {@link GrowingBytes} in an appendable segment.
 */
final class RowFormat {

    static final long RECORD_BYTES = 64;

    static final long BORN_AT = 0;
    static final long TIMESTAMP_MS_AT = 8;
    static final long VERSION_AT = 16;
    static final long ID_HASH_AT = 24;
    static final long ID_POSITION_AT = 32;
    static final long PAYLOAD_POSITION_AT = 40;
    static final long PAYLOAD_LENGTH_AT = 48;
    static final long VERSION_SCOPE_AT = 52;
    static final long PREVIOUS_AT = 56;
    static final long ID_LENGTH_AT = 60;
    static final long FLAGS_AT = 62;

    static final int FLAG_TOMBSTONE = 1;
    static final int FLAG_VERSIONED = 2;

    static final ValueLayout.OfLong I64 = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private RowFormat() {}
}
