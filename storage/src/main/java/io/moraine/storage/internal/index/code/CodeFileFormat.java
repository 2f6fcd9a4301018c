package io.moraine.storage.internal.index.code;

import io.moraine.storage.model.Distance;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bytes of a file of codes, little-endian; the body of a file whose header binds it to its
 * shard. One code for each row of one segment, in row order, with the origin as the center.
 *
 * <pre>
 * OFFSET  SIZE  FIELD      MEANING
 *      0     4  version    1
 *      4     4  distance   code of the distance, 1 cosine, 2 dot, 3 euclid
 *      8     4  dimension  components of a vector
 *     12     4  rows       rows of the segment
 *     16     8  seed       chooses the rotation
 *     24    40  reserved   0
 *     64     …  groups     see {@link CodeFormat}; zeros for a row that has no such vector
 * </pre>
 */
public final class CodeFileFormat {

    /** Bytes before the first group. */
    public static final long HEAD_BYTES = 64;

    private static final int VERSION = 1;
    private static final int VERSION_AT = 0;
    private static final int DISTANCE_AT = 4;
    private static final int DIMENSION_AT = 8;
    private static final int ROWS_AT = 12;
    private static final int SEED_AT = 16;

    private static final ValueLayout.OfInt I32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong I64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private CodeFileFormat() {}

    /** The space whose codes are in files of a kind of vectors. */
    public static CodeSpace space(Distance distance, int dimension) {
        return CodeSpace.centeredAtOrigin(distance, dimension, CodeSpace.SEED);
    }

    /** Fills in the bytes before the first group; they are zero before. */
    public static void putHead(MemorySegment head, CodeSpace space, int rows) {
        head.set(I32, VERSION_AT, VERSION);
        head.set(I32, DISTANCE_AT, space.distance().code());
        head.set(I32, DIMENSION_AT, space.dimension());
        head.set(I32, ROWS_AT, rows);
        head.set(I64, SEED_AT, space.seed());
    }

    /**
     * Reads the codes in place.
     *
     * @param body the bytes; their checksum is the file's business
     * @throws IllegalArgumentException if they are not codes of that many rows in that space
     */
    public static SealedCodes read(MemorySegment body, CodeSpace space, int rows) {
        long bytes =
                HEAD_BYTES + CodeFormat.groups(rows) * CodeFormat.groupBytes(space.dimension());
        boolean sound =
                body.byteSize() == bytes
                        && body.get(I32, VERSION_AT) == VERSION
                        && body.get(I32, DISTANCE_AT) == space.distance().code()
                        && body.get(I32, DIMENSION_AT) == space.dimension()
                        && body.get(I32, ROWS_AT) == rows
                        && body.get(I64, SEED_AT) == space.seed();
        if (!sound) {
            throw new IllegalArgumentException(
                    "not codes of version %d for %d rows of %d dimensions, %s, %d bytes"
                            .formatted(VERSION, rows, space.dimension(), space.distance(), bytes));
        }
        return new SealedCodes(space, body.asSlice(HEAD_BYTES));
    }
}
