package io.moraine.storage.internal.index.code;

import static io.moraine.storage.internal.index.code.CodeFormat.FIELD_COMPONENTS;
import static io.moraine.storage.internal.index.code.CodeFormat.GROUP_ROWS;
import static io.moraine.storage.internal.index.code.CodeFormat.TRIPLET_COMPONENTS;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Two tables of 16 sums for each column of bytes, one for either half of the byte, for processors
 * that permute 16 bytes at once.
 *
 * <p>Column {@code c} of a triplet holds field {@code c} in its bits 0-5 and two components of
 * field 3 in bits 6-7 (see {@link CodeFormat}). The low half of the byte thus points at the sum of
 * four components of field {@code c}, the high half at that of its other two and those of field 3.
 * Sums are whole numbers of 0 to {@link #entryMax}: the six look-ups of a triplet fit in an
 * unsigned byte, and those of a row in an unsigned short.
 *
 * <pre>
 * OFFSET              SIZE  FIELD  MEANING
 * 32 (3 t + c)        16    low    triplet t, column c: entries by bits 0-3
 * 32 (3 t + c) + 16   16    high   entries by bits 4-7
 * </pre>
 */
final class NibbleTables implements CodeTables {

    /** Bytes of a column's two tables. */
    static final int COLUMN_BYTES = 32;

    /** Bytes of one table. */
    static final int TABLE_BYTES = 16;

    private static final int ENTRY_MAX = 42;
    private static final int LOOK_UPS = 6;

    /** Bits behind the point while entries are added up, four to a long. */
    private static final int FRACTION = 10;

    private static final long EACH = 0x0001_0001_0001_0001L;
    private static final ValueLayout.OfLong EIGHT =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Largest entry, such that the sum of a row's entries is below 2^16. */
    private static int entryMax(int triplets) {
        return Math.min(ENTRY_MAX, 0xffff / (LOOK_UPS * triplets));
    }

    /** An array, because the compiler takes checks of an array's bounds out of a loop. */
    @Override
    public MemorySegment allocate(int triplets) {
        return MemorySegment.ofArray(new byte[3 * triplets * COLUMN_BYTES]);
    }

    @Override
    public float fill(CodeQuery query) {
        float[] rotated = query.rotated();
        int triplets = query.fields() >>> 2;
        float widest = 0;
        for (int column = 0; column < 3 * triplets; column++) {
            int own = own(column);
            int shared = shared(column);
            float low =
                    Math.abs(rotated[own])
                            + Math.abs(rotated[own + 1])
                            + Math.abs(rotated[own + 2])
                            + Math.abs(rotated[own + 3]);
            float high =
                    Math.abs(rotated[own + 4])
                            + Math.abs(rotated[own + 5])
                            + Math.abs(rotated[shared])
                            + Math.abs(rotated[shared + 1]);
            widest = Math.max(widest, Math.max(low, high));
        }
        float step = 2 * widest / entryMax(triplets);
        float unit = step > 0 ? (2 << FRACTION) / step : 0;
        MemorySegment tables = query.tables();
        for (int column = 0; column < 3 * triplets; column++) {
            int own = own(column);
            int shared = shared(column);
            long at = (long) column * COLUMN_BYTES;
            fillOne(
                    tables,
                    at,
                    unit * rotated[own],
                    unit * rotated[own + 1],
                    unit * rotated[own + 2],
                    unit * rotated[own + 3]);
            fillOne(
                    tables,
                    at + TABLE_BYTES,
                    unit * rotated[own + 4],
                    unit * rotated[own + 5],
                    unit * rotated[shared],
                    unit * rotated[shared + 1]);
        }
        return step;
    }

    /**
     * Fills a table: a set bit adds its component where that is positive, a clear one takes it away
     * where it is negative. All entries come of additions of four at once; none is ever negative.
     */
    private static void fillOne(MemorySegment tables, long at, float w, float x, float y, float z) {
        int first = rounded(w);
        int second = rounded(x);
        int third = rounded(y);
        int fourth = rounded(z);
        int least =
                Math.max(0, -first)
                        + Math.max(0, -second)
                        + Math.max(0, -third)
                        + Math.max(0, -fourth)
                        + (1 << (FRACTION - 1));
        long four =
                least
                        | (long) (least + first) << 16
                        | (long) (least + second) << 32
                        | (long) (least + first + second) << 48;
        long next = four + third * EACH;
        tables.set(EIGHT, at, bytes(four) | bytes(next) << 32);
        tables.set(EIGHT, at + 8, bytes(four + fourth * EACH) | bytes(next + fourth * EACH) << 32);
    }

    private static int rounded(float value) {
        return (int) (value + Math.copySign(0.5f, value));
    }

    /** The whole parts of four numbers, a byte each. */
    private static long bytes(long four) {
        long whole = four >>> FRACTION & 0x003f_003f_003f_003fL;
        long pairs = (whole | whole >>> 8) & 0x0000_ffff_0000_ffffL;
        return (pairs | pairs >>> 16) & 0xffff_ffffL;
    }

    /** First of the six components that a column has to itself. */
    private static int own(int column) {
        return column / 3 * TRIPLET_COMPONENTS + column % 3 * FIELD_COMPONENTS;
    }

    /** First of the two components of field 3 that a column holds. */
    private static int shared(int column) {
        return column / 3 * TRIPLET_COMPONENTS + 3 * FIELD_COMPONENTS + column % 3 * 2;
    }

    @Override
    public int sum(MemorySegment codes, long lane, CodeQuery query) {
        int sum = 0;
        MemorySegment tables = query.tables();
        for (int column = 0; column < 3 * (query.fields() >>> 2); column++) {
            int bits = codes.get(ValueLayout.JAVA_BYTE, lane + (long) column * GROUP_ROWS);
            long table = (long) column * COLUMN_BYTES;
            sum += tables.get(ValueLayout.JAVA_BYTE, table + (bits & 15));
            sum += tables.get(ValueLayout.JAVA_BYTE, table + TABLE_BYTES + (bits >> 4 & 15));
        }
        return sum;
    }
}
