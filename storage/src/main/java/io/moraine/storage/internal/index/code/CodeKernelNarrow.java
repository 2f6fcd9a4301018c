package io.moraine.storage.internal.index.code;

import static io.moraine.storage.internal.index.code.CodeFormat.GROUP_ROWS;
import static io.moraine.storage.internal.index.code.CodeFormat.TRIPLET_BYTES;
import static io.moraine.storage.internal.index.code.CodeQuery.HALVES_BYTES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops over codes in vectors of 128 or 256 bits: every field is looked up as two halves of
 * three components, in tables of eight, which any byte permutation can do.
 */
final class CodeKernelNarrow implements CodeKernel {

    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final VectorShape SHAPE =
            VectorShape.forBitSize(Math.min(256, Math.max(128, preferredBits())));
    private static final VectorSpecies<Byte> BYTES = SHAPE.withLanes(byte.class);
    private static final VectorSpecies<Short> SHORTS = SHAPE.withLanes(short.class);
    private static final VectorSpecies<Float> FLOATS = SHAPE.withLanes(float.class);
    private static final VectorSpecies<Byte> HALVES = ByteVector.SPECIES_128;

    private final CodeKernelScalar scalar = new CodeKernelScalar();

    /** Width of the widest vectors of bytes. */
    static int preferredBits() {
        return ByteVector.SPECIES_PREFERRED.vectorBitSize();
    }

    @Override
    public void signs(float[] residual, int dimension, byte[] bits) {
        scalar.signs(residual, dimension, bits);
    }

    @Override
    public void fillTables(CodeQuery query) {
        scalar.fillTables(query);
    }

    @Override
    public long bounds(
            MemorySegment codes,
            long group,
            CodeQuery query,
            float base,
            float threshold,
            float[] bounds) {
        long scales = group + CodeFormat.scalesOffset(query.space().dimension());
        long wanted = 0;
        for (int lane = 0; lane < GROUP_ROWS; lane += BYTES.length()) {
            ShortVector even = ShortVector.zero(SHORTS);
            ShortVector odd = even;
            int field = 0;
            for (long at = group + lane; at < scales; at += TRIPLET_BYTES) {
                ShortVector sums = triplet(codes, at, query.halves(), field).reinterpretAsShorts();
                even = even.add(sums.and((short) 0xff));
                odd = odd.add(sums.lanewise(VectorOperators.LSHR, 8));
                field += 4;
            }
            IntVector evens = even.reinterpretAsInts();
            IntVector odds = odd.reinterpretAsInts();
            int row = lane / 4;
            wanted |= store(evens.and(0xffff), codes, scales, row, query, base, threshold, bounds);
            row += 16;
            wanted |= store(odds.and(0xffff), codes, scales, row, query, base, threshold, bounds);
            row += 16;
            wanted |= store(high(evens), codes, scales, row, query, base, threshold, bounds);
            row += 16;
            wanted |= store(high(odds), codes, scales, row, query, base, threshold, bounds);
        }
        return wanted;
    }

    private static ByteVector triplet(
            MemorySegment codes, long at, MemorySegment halves, int field) {
        ByteVector first = ByteVector.fromMemorySegment(BYTES, codes, at, ORDER);
        ByteVector second = ByteVector.fromMemorySegment(BYTES, codes, at + GROUP_ROWS, ORDER);
        ByteVector third = ByteVector.fromMemorySegment(BYTES, codes, at + 2 * GROUP_ROWS, ORDER);
        ByteVector fourth = bits(first, 6, 3).or(bits(second, 4, 12)).or(bits(third, 2, 48));
        return lookUp(first, halves, field)
                .add(lookUp(second, halves, field + 1))
                .add(lookUp(third, halves, field + 2).add(lookUp(fourth, halves, field + 3)));
    }

    private static ByteVector bits(ByteVector column, int shift, int mask) {
        return column.reinterpretAsShorts()
                .lanewise(VectorOperators.LSHR, shift)
                .reinterpretAsBytes()
                .and((byte) mask);
    }

    private static ByteVector lookUp(ByteVector fields, MemorySegment halves, int field) {
        ByteVector table =
                (ByteVector)
                        ByteVector.fromMemorySegment(
                                        HALVES, halves, (long) field * HALVES_BYTES, ORDER)
                                .reinterpretShape(BYTES, 0);
        ByteVector low = fields.and((byte) 7).selectFrom(table);
        return low.add(bits(fields, 3, 7).or((byte) 8).selectFrom(table));
    }

    private static IntVector high(IntVector sums) {
        return sums.lanewise(VectorOperators.LSHR, 16);
    }

    /** Turns the sums of consecutive rows into bounds; the wanted ones in their rows' bits. */
    private static long store(
            IntVector sums,
            MemorySegment codes,
            long scales,
            int row,
            CodeQuery query,
            float base,
            float threshold,
            float[] bounds) {
        FloatVector sum =
                ((FloatVector) sums.convert(VectorOperators.I2F, 0))
                        .mul(query.step())
                        .add(query.offset() + query.slack());
        long at = scales + 4L * row;
        FloatVector scale = FloatVector.fromMemorySegment(FLOATS, codes, at, ORDER);
        FloatVector bias =
                FloatVector.fromMemorySegment(FLOATS, codes, at + CodeFormat.FLOATS_BYTES, ORDER);
        FloatVector bound = scale.fma(sum, bias.add(base));
        bound.intoArray(bounds, row);
        return bound.compare(VectorOperators.LT, threshold).not().toLong() << row;
    }
}
