package io.moraine.storage.internal.index.code;

import static io.moraine.storage.internal.index.code.CodeFormat.FIELD_COMPONENTS;
import static io.moraine.storage.internal.index.code.CodeFormat.GROUP_ROWS;
import static io.moraine.storage.internal.index.code.CodeFormat.TRIPLET_BYTES;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A table of 64 sums for each field of six components, for processors that permute 64 bytes at
 * once.
 *
 * <p>Each field is two halves of three components. A half's eight possible signed sums are whole
 * numbers of 0 to {@value #HALF_MAX}, a field's table of 64 adds those of its halves: eight
 * look-ups fit in an unsigned byte.
 *
 * <pre>
 * OFFSET      SIZE       FIELD    MEANING
 * 0           64 fields  tables   64 entries for each field
 * 64 fields   16 fields  halves   eight entries for components 0-2 of each field, eight for 3-5
 * </pre>
 */
final class FieldTables implements CodeTables {

    /** Largest entry of a half's table. */
    static final int HALF_MAX = 15;

    /** Bytes of a field's two half tables: eight entries each. */
    static final int HALVES_BYTES = 16;

    /** Bytes of a field's whole table. */
    static final int TABLE_BYTES = 64;

    /** Byte position of the half tables. */
    static long halves(CodeQuery query) {
        return (long) query.fields() * TABLE_BYTES;
    }

    /** The step that gives the widest half's largest sum the largest entry. */
    static float step(CodeQuery query) {
        float[] rotated = query.rotated();
        float widest = 0;
        for (int i = 0; i < query.fields() * FIELD_COMPONENTS; i += 3) {
            float half = Math.abs(rotated[i]) + Math.abs(rotated[i + 1]) + Math.abs(rotated[i + 2]);
            widest = Math.max(widest, half);
        }
        return 2 * widest / HALF_MAX;
    }

    /** Outside the heap, where a table of 64 bytes is a line of the cache. */
    @Override
    public MemorySegment allocate(int triplets) {
        return Arena.ofAuto().allocate(4L * triplets * (TABLE_BYTES + HALVES_BYTES), TABLE_BYTES);
    }

    @Override
    public float fill(CodeQuery query) {
        float step = step(query);
        float inverse = step > 0 ? 1 / step : 0;
        MemorySegment tables = query.tables();
        for (int field = 0; field < query.fields(); field++) {
            long halves = halves(query) + (long) field * HALVES_BYTES;
            fillHalves(query, field, inverse, halves);
            for (int value = 0; value < TABLE_BYTES; value++) {
                byte low = tables.get(ValueLayout.JAVA_BYTE, halves + (value & 7));
                byte high = tables.get(ValueLayout.JAVA_BYTE, halves + 8 + (value >> 3));
                tables.set(
                        ValueLayout.JAVA_BYTE,
                        (long) field * TABLE_BYTES + value,
                        (byte) (low + high));
            }
        }
        return step;
    }

    private static void fillHalves(CodeQuery query, int field, float inverse, long halves) {
        for (int half = 0; half < 2; half++) {
            int from = field * FIELD_COMPONENTS + 3 * half;
            float x = query.rotated()[from];
            float y = query.rotated()[from + 1];
            float z = query.rotated()[from + 2];
            float least = Math.abs(x) + Math.abs(y) + Math.abs(z);
            for (int value = 0; value < 8; value++) {
                float signed =
                        ((value & 1) != 0 ? x : -x)
                                + ((value & 2) != 0 ? y : -y)
                                + ((value & 4) != 0 ? z : -z);
                int entry = Math.min(HALF_MAX, (int) ((signed + least) * inverse + 0.5f));
                query.tables().set(ValueLayout.JAVA_BYTE, halves + 8L * half + value, (byte) entry);
            }
        }
    }

    @Override
    public int sum(MemorySegment codes, long lane, CodeQuery query) {
        int sum = 0;
        MemorySegment tables = query.tables();
        for (int field = 0; field < query.fields(); field += 4) {
            long at = lane + (long) (field >>> 2) * TRIPLET_BYTES;
            int first = codes.get(ValueLayout.JAVA_BYTE, at);
            int second = codes.get(ValueLayout.JAVA_BYTE, at + GROUP_ROWS);
            int third = codes.get(ValueLayout.JAVA_BYTE, at + 2 * GROUP_ROWS);
            int fourth = (first >> 6 & 3) | (second >> 4 & 12) | (third >> 2 & 48);
            long table = (long) field * TABLE_BYTES;
            sum += tables.get(ValueLayout.JAVA_BYTE, table + (first & 63));
            sum += tables.get(ValueLayout.JAVA_BYTE, table + TABLE_BYTES + (second & 63));
            sum += tables.get(ValueLayout.JAVA_BYTE, table + 2 * TABLE_BYTES + (third & 63));
            sum += tables.get(ValueLayout.JAVA_BYTE, table + 3 * TABLE_BYTES + fourth);
        }
        return sum;
    }
}
