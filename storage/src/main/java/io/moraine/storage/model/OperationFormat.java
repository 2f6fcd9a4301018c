package io.moraine.storage.model;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bytes of one operation, version 1. What is logged is what is applied: the write-ahead log
 * stores these bytes and replay reads them back through the same {@link OperationView}.
 *
 * <p>All integers and floats are little-endian. The first byte lies at an address that is a
 * multiple of 8.
 *
 * <pre>
 * OFFSET  SIZE  FIELD          MEANING
 *      0     1  kind           {@link OperationKind#code()}
 *      1     1  flags          0
 *      2     2  vectorCount    number of vectors that follow
 *      4     4  idLength       bytes of the encoded id, see {@link PointId}
 *      8     4  payloadLength  bytes of the payload; 0 means no payload
 *     12     4  versionScope   0 when the version is the sequence number
 *     16     8  timestampMs    timestamp of the Kafka record, milliseconds since the epoch
 *     24     8  version        external version; 0 means the sequence number
 *     32     n  id             encoded id, zero-padded to a multiple of 4
 *      …        vectors        vectorCount times: slot (4), component count (4), components (4 each);
 *                              slots ascend
 *      …     4  argumentBytes  bytes of the arguments; only in partial operations
 *      …     n  arguments      only in partial operations, see below
 *      …     n  payload        a JSON object, byte for byte as it came
 * </pre>
 *
 * <p>Arguments: of {@link OperationKind#SET_PAYLOAD} at most one path, the place of the object
 * whose keys are set; of {@link OperationKind#DELETE_PAYLOAD} one or more paths to what is removed;
 * of {@link OperationKind#DELETE_VECTORS} 8 bytes, bit s for the vector in slot s. A path is its
 * length in bytes (4) and its text in UTF-8, see {@link PayloadPath}. Other kinds have none. Which
 * kinds carry vectors and a payload: {@link OperationKind#takesVectors} and {@link
 * OperationKind#takesPayload}.
 *
 * <p>No checksum of its own: the frame of the log covers it.
 */
public final class OperationFormat {

    /** Version of this layout. */
    public static final int FORMAT_VERSION = 1;

    /** Most bytes in one operation. */
    public static final int OPERATION_BYTES_MAX = 64 << 20;

    static final long KIND_AT = 0;
    static final long FLAGS_AT = 1;
    static final long VECTOR_COUNT_AT = 2;
    static final long ID_LENGTH_AT = 4;
    static final long PAYLOAD_LENGTH_AT = 8;
    static final long VERSION_SCOPE_AT = 12;
    static final long TIMESTAMP_MS_AT = 16;
    static final long VERSION_AT = 24;
    static final long HEADER_BYTES = 32;

    static final long VECTOR_HEADER_BYTES = 8;

    static final long ARGUMENT_BYTES_SIZE = 4;
    static final long DROPPED_SLOTS_BYTES = 8;

    static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt I32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong I64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat F32 =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private OperationFormat() {}

    static long padTo4(long length) {
        return (length + 3) & ~3L;
    }
}
