package io.moraine.storage.internal.index.code;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * How codes lie in memory and in files: groups of {@value #GROUP_ROWS} rows, little-endian, each
 * group a multiple of 64 bytes, without padding between groups. The last group is complete; bytes
 * of rows that do not exist mean nothing.
 *
 * <p>With {@code t = ceil(dimension / 24)}:
 *
 * <pre>
 * OFFSET      SIZE    FIELD   MEANING
 * 0           192 t   bits    t triplets of 64-byte columns; byte b of a column belongs to one row
 * 192 t       256     scales  32-bit float per row: what the signed sum is multiplied by
 * 192 t + 256 256     biases  32-bit float per row: added to the estimate
 * </pre>
 *
 * <p>The byte of row {@code r} in every column is {@code 4 (r mod 16) + r / 16}, so that the sums
 * of 16 consecutive rows lie in the same byte of 16 consecutive 32-bit lanes.
 *
 * <p>A triplet holds 24 components of a row, as four <em>fields</em> of six. Bits 0-5 of its three
 * bytes are fields 0, 1, 2; bits 6-7 of the three bytes are, from low to high, field 3. A bit is
 * set when the rotated component is not negative. Components beyond the dimension are clear.
 *
 * <p>A field is an index into a table of 64 sums: one byte permutation of 64 lanes looks up a field
 * of 64 rows at once.
 */
public final class CodeFormat {

    /** Rows in a group. */
    public static final int GROUP_ROWS = 64;

    /** Components in a triplet of columns. */
    static final int TRIPLET_COMPONENTS = 24;

    /** Components in a field. */
    static final int FIELD_COMPONENTS = 6;

    /** Bytes of a triplet of columns. */
    static final int TRIPLET_BYTES = 3 * GROUP_ROWS;

    /** Bytes of a column of floats. */
    static final int FLOATS_BYTES = 4 * GROUP_ROWS;

    /** How a scale or a bias is read and written. */
    public static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private CodeFormat() {}

    /** Triplets of columns for a dimension. */
    static int triplets(int dimension) {
        return (dimension + TRIPLET_COMPONENTS - 1) / TRIPLET_COMPONENTS;
    }

    /** Bytes of a group. */
    public static long groupBytes(int dimension) {
        return scalesOffset(dimension) + 2 * FLOATS_BYTES;
    }

    /** Groups that {@code rows} rows take. */
    public static int groups(int rows) {
        return (rows + GROUP_ROWS - 1) / GROUP_ROWS;
    }

    /** Offset in a group of the scales. */
    public static long scalesOffset(int dimension) {
        return (long) triplets(dimension) * TRIPLET_BYTES;
    }

    /** The byte in each column that belongs to a row of the group. */
    static int lane(int row) {
        return 4 * (row & 15) + (row >>> 4);
    }

    /**
     * Copies the code of one row.
     *
     * @param fromGroup byte position of the group it is copied from
     * @param fromRow its place in that group, 0 to 63
     * @param toGroup byte position of the group it is copied to
     * @param toRow its place there
     */
    public static void copyRow(
            int dimension,
            MemorySegment from,
            long fromGroup,
            int fromRow,
            MemorySegment to,
            long toGroup,
            int toRow) {
        long fromByte = fromGroup + lane(fromRow);
        long toByte = toGroup + lane(toRow);
        long scales = scalesOffset(dimension);
        for (long column = 0; column < scales; column += GROUP_ROWS) {
            byte bits = from.get(ValueLayout.JAVA_BYTE, fromByte + column);
            to.set(ValueLayout.JAVA_BYTE, toByte + column, bits);
        }
        for (long column = scales; column <= scales + FLOATS_BYTES; column += FLOATS_BYTES) {
            float value = from.get(FLOAT, fromGroup + column + 4L * fromRow);
            to.set(FLOAT, toGroup + column + 4L * toRow, value);
        }
    }
}
