package io.moraine.storage.internal.index.code;

import static io.moraine.storage.internal.index.code.CodeFormat.FIELD_COMPONENTS;
import static io.moraine.storage.internal.index.code.CodeFormat.TRIPLET_BYTES;
import static io.moraine.storage.internal.index.code.FieldTables.HALF_MAX;
import static io.moraine.storage.internal.index.code.FieldTables.HALVES_BYTES;
import static io.moraine.storage.internal.index.code.FieldTables.TABLE_BYTES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops over codes in 512-bit vectors: one permutation of 64 bytes looks up a field of all 64
 * rows of a group.
 */
final class CodeKernelWide implements CodeKernel {

    private static final CodeTables TABLES = new FieldTables();
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_512;
    private static final VectorSpecies<Byte> BYTES_OF_INTS = ByteVector.SPECIES_128;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_512;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_512;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;

    /** Component of a half, for lanes 0-7 of the first and lanes 8-15 of the second half. */
    private static final VectorShuffle<Float> COMPONENT_0 = component(0);

    private static final VectorShuffle<Float> COMPONENT_1 = component(1);
    private static final VectorShuffle<Float> COMPONENT_2 = component(2);
    private static final FloatVector SIGNS_0 = signs(0);
    private static final FloatVector SIGNS_1 = signs(1);
    private static final FloatVector SIGNS_2 = signs(2);

    private static final VectorShuffle<Byte> LOW_HALF =
            VectorShuffle.fromOp(BYTES, value -> value & 7);
    private static final VectorShuffle<Byte> HIGH_HALF =
            VectorShuffle.fromOp(BYTES, value -> 8 + (value >> 3));

    @Override
    public void signs(float[] residual, int dimension, byte[] bits) {
        int lanes = FLOATS.length();
        int i = 0;
        for (; i <= dimension - lanes; i += lanes) {
            int mask = signs(FloatVector.fromArray(FLOATS, residual, i));
            bits[i >>> 3] = (byte) mask;
            bits[(i >>> 3) + 1] = (byte) (mask >>> 8);
        }
        for (int at = i >>> 3; at < bits.length; at++) {
            bits[at] = 0;
        }
        for (; i < dimension; i++) {
            if (residual[i] >= 0) {
                bits[i >>> 3] |= (byte) (1 << (i & 7));
            }
        }
    }

    @Override
    public CodeTables tables() {
        return TABLES;
    }

    @Override
    public float fillTables(CodeQuery query) {
        float step = FieldTables.step(query);
        float inverse = step > 0 ? 1 / step : 0;
        long halves = FieldTables.halves(query);
        float[] rotated = query.rotated();
        for (int field = 0; field < query.fields(); field++) {
            FloatVector components =
                    FloatVector.fromArray(FLOATS, rotated, field * FIELD_COMPONENTS);
            FloatVector x = components.rearrange(COMPONENT_0);
            FloatVector y = components.rearrange(COMPONENT_1);
            FloatVector z = components.rearrange(COMPONENT_2);
            FloatVector least = x.abs().add(y.abs()).add(z.abs());
            FloatVector signed = x.mul(SIGNS_0).add(y.mul(SIGNS_1)).add(z.mul(SIGNS_2));
            IntVector entries =
                    (IntVector)
                            signed.add(least)
                                    .mul(inverse)
                                    .add(0.5f)
                                    .convertShape(VectorOperators.F2I, INTS, 0);
            entries.min(HALF_MAX)
                    .castShape(BYTES_OF_INTS, 0)
                    .reinterpretAsBytes()
                    .intoMemorySegment(query.tables(), halves + (long) field * HALVES_BYTES, ORDER);
        }
        for (int field = 0; field < query.fields(); field++) {
            ByteVector both =
                    (ByteVector)
                            ByteVector.fromMemorySegment(
                                            BYTES_OF_INTS,
                                            query.tables(),
                                            halves + (long) field * HALVES_BYTES,
                                            ORDER)
                                    .reinterpretShape(BYTES, 0);
            both.rearrange(LOW_HALF)
                    .add(both.rearrange(HIGH_HALF))
                    .intoMemorySegment(query.tables(), (long) field * TABLE_BYTES, ORDER);
        }
        return step;
    }

    @Override
    public long bounds(
            MemorySegment codes,
            long group,
            CodeQuery query,
            float base,
            float threshold,
            float[] bounds) {
        short[] sums = query.sums();
        long scales = group + CodeFormat.scalesOffset(query.space().dimension());
        sum(codes, group, query.fields() >>> 2, query.tables(), sums);
        float step = query.step();
        float offset = query.offset() + query.slack();
        long wanted = 0;
        for (int quarter = 0; quarter < 4; quarter++) {
            IntVector pairs =
                    ShortVector.fromArray(SHORTS, sums, (quarter & 1) * SHORTS.length())
                            .reinterpretAsInts();
            IntVector whole = pairs.lanewise(VectorOperators.LSHR, 16 * (quarter >> 1)).and(0xffff);
            long at = scales + 64L * quarter;
            FloatVector scale = FloatVector.fromMemorySegment(FLOATS, codes, at, ORDER);
            FloatVector bias =
                    FloatVector.fromMemorySegment(
                            FLOATS, codes, at + CodeFormat.FLOATS_BYTES, ORDER);
            FloatVector sum =
                    ((FloatVector) whole.convert(VectorOperators.I2F, 0)).mul(step).add(offset);
            FloatVector bound = scale.fma(sum, bias.add(base));
            bound.intoArray(bounds, 16 * quarter);
            // A bound that is not a number is wanted, too: the exact score will tell.
            long unwanted = bound.compare(VectorOperators.LT, threshold).toLong();
            wanted |= (~unwanted & 0xffff) << (16 * quarter);
        }
        return wanted;
    }

    /**
     * Sums table entries for all rows of a group.
     *
     * <p>Written out rather than cut into methods. The compiler does not inline a method that it
     * compiled before on its own into much code, nor anything once the caller grew past a number of
     * nodes; a vector that crosses such a call is allocated, which costs more than all the rest.
     *
     * <p>The loop counts in an int: one over positions took 91 instead of 50 nanoseconds per group
     * (384 dimensions, codes in the cache) when it was compiled into a larger method.
     *
     * @param sums receives the sums of the even byte lanes, then those of the odd ones
     */
    private static void sum(
            MemorySegment codes, long group, int triplets, MemorySegment tables, short[] sums) {
        ShortVector even = ShortVector.zero(SHORTS);
        ShortVector odd = even;
        for (int i = 0; i < triplets; i++) {
            long at = group + (long) i * TRIPLET_BYTES;
            long table = 4L * i * TABLE_BYTES;
            ByteVector first = ByteVector.fromMemorySegment(BYTES, codes, at, ORDER);
            ByteVector second = ByteVector.fromMemorySegment(BYTES, codes, at + 64, ORDER);
            ByteVector third = ByteVector.fromMemorySegment(BYTES, codes, at + 128, ORDER);
            ByteVector fourth =
                    bits(first, 6, 0x0303030303030303L)
                            .or(bits(second, 4, 0x0c0c0c0c0c0c0c0cL))
                            .or(bits(third, 2, 0x3030303030303030L))
                            .reinterpretAsBytes();
            ByteVector low =
                    lookUp(first, tables, table).add(lookUp(second, tables, table + TABLE_BYTES));
            ByteVector high =
                    lookUp(third, tables, table + 2 * TABLE_BYTES)
                            .add(lookUp(fourth, tables, table + 3 * TABLE_BYTES));
            ShortVector triplet = low.add(high).reinterpretAsShorts();
            even = even.add(triplet.and((short) 0xff));
            odd = odd.add(triplet.lanewise(VectorOperators.LSHR, 8));
        }
        even.intoArray(sums, 0);
        odd.intoArray(sums, SHORTS.length());
    }

    private static LongVector bits(ByteVector column, int shift, long mask) {
        return column.reinterpretAsLongs().lanewise(VectorOperators.LSHR, shift).and(mask);
    }

    /** Table entries by the low six bits of each lane. */
    private static ByteVector lookUp(ByteVector fields, MemorySegment tables, long table) {
        return fields.selectFrom(ByteVector.fromMemorySegment(BYTES, tables, table, ORDER));
    }

    private static int signs(FloatVector components) {
        return (int) components.compare(VectorOperators.GE, 0).toLong();
    }

    private static VectorShuffle<Float> component(int index) {
        return VectorShuffle.fromOp(FLOATS, lane -> index + 3 * (lane >> 3));
    }

    private static FloatVector signs(int bit) {
        float[] signs = new float[FLOATS.length()];
        for (int lane = 0; lane < signs.length; lane++) {
            signs[lane] = (lane >> bit & 1) != 0 ? 1 : -1;
        }
        return FloatVector.fromArray(FLOATS, signs, 0);
    }
}
