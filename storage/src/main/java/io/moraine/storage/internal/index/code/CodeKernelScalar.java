package io.moraine.storage.internal.index.code;

import static io.moraine.storage.internal.index.code.CodeFormat.FIELD_COMPONENTS;
import static io.moraine.storage.internal.index.code.CodeFormat.GROUP_ROWS;
import static io.moraine.storage.internal.index.code.CodeFormat.TRIPLET_BYTES;
import static io.moraine.storage.internal.index.code.CodeQuery.HALF_MAX;
import static io.moraine.storage.internal.index.code.CodeQuery.HALVES_BYTES;
import static io.moraine.storage.internal.index.code.CodeQuery.TABLE_BYTES;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The loops over codes without vector instructions. */
final class CodeKernelScalar implements CodeKernel {

    @Override
    public void signs(float[] residual, int dimension, byte[] bits) {
        Arrays.fill(bits, (byte) 0);
        for (int i = 0; i < dimension; i++) {
            if (residual[i] >= 0) {
                bits[i >>> 3] |= (byte) (1 << (i & 7));
            }
        }
    }

    @Override
    public void fillTables(CodeQuery query) {
        float inverse = query.step() > 0 ? 1 / query.step() : 0;
        for (int field = 0; field < query.fields(); field++) {
            fillHalves(query, field, inverse);
            for (int value = 0; value < TABLE_BYTES; value++) {
                long halves = (long) field * HALVES_BYTES;
                byte low = query.halves().get(ValueLayout.JAVA_BYTE, halves + (value & 7));
                byte high = query.halves().get(ValueLayout.JAVA_BYTE, halves + 8 + (value >> 3));
                query.tables()
                        .set(
                                ValueLayout.JAVA_BYTE,
                                (long) field * TABLE_BYTES + value,
                                (byte) (low + high));
            }
        }
    }

    @Override
    public long bounds(
            MemorySegment codes,
            long group,
            CodeQuery query,
            float base,
            float threshold,
            float[] bounds) {
        float offset = query.offset() + query.slack();
        long scales = group + CodeFormat.scalesOffset(query.space().dimension());
        long wanted = 0;
        for (int row = 0; row < GROUP_ROWS; row++) {
            float sum = query.step() * sum(codes, group + CodeFormat.lane(row), query) + offset;
            float scale = codes.get(CodeFormat.FLOAT, scales + 4L * row);
            float bias = codes.get(CodeFormat.FLOAT, scales + CodeFormat.FLOATS_BYTES + 4L * row);
            float bound = scale * sum + (base + bias);
            bounds[row] = bound;
            if (!(bound < threshold)) {
                wanted |= 1L << row;
            }
        }
        return wanted;
    }

    private static void fillHalves(CodeQuery query, int field, float inverse) {
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
                query.halves()
                        .set(
                                ValueLayout.JAVA_BYTE,
                                (long) field * HALVES_BYTES + 8L * half + value,
                                (byte) entry);
            }
        }
    }

    private static int sum(MemorySegment codes, long lane, CodeQuery query) {
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
