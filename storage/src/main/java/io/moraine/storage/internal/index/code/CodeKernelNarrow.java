package io.moraine.storage.internal.index.code;

import static io.moraine.storage.internal.index.code.CodeFormat.GROUP_ROWS;
import static io.moraine.storage.internal.index.code.CodeFormat.TRIPLET_BYTES;
import static io.moraine.storage.internal.index.code.NibbleTables.COLUMN_BYTES;
import static io.moraine.storage.internal.index.code.NibbleTables.TABLE_BYTES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops over codes with look-ups in vectors of 128 bits, whose bytes any processor permutes
 * with one instruction; permuting 256 bits by bytes takes AVX2 seven.
 */
final class CodeKernelNarrow implements CodeKernel {

    private static final CodeTables TABLES = new NibbleTables();
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_128;

    /** Floats, which need no permutation, in vectors of up to 256 bits. */
    private static final VectorSpecies<Float> FLOATS =
            preferredBits() >= 256 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;

    private static final VectorSpecies<Short> PAIRS =
            preferredBits() >= 256 ? ShortVector.SPECIES_256 : ShortVector.SPECIES_128;

    /** A bit for each lane of floats. */
    private static final long LANES = (1L << FLOATS.length()) - 1;

    private static final int EVEN_BYTES = 0x00ff00ff;

    /** Where the sums of odd bytes begin. */
    private static final int ODD = GROUP_ROWS / 2;

    /** Width of the widest vectors of bytes. */
    static int preferredBits() {
        return ByteVector.SPECIES_PREFERRED.vectorBitSize();
    }

    @Override
    public void signs(float[] residual, int dimension, byte[] bits) {
        int lanes = FLOATS.length();
        int whole = dimension & -8;
        for (int i = 0; i < whole; i += 8) {
            int signs = 0;
            for (int lane = 0; lane < 8; lane += lanes) {
                FloatVector components = FloatVector.fromArray(FLOATS, residual, i + lane);
                signs |= (int) components.compare(VectorOperators.GE, 0).toLong() << lane;
            }
            bits[i >>> 3] = (byte) signs;
        }
        for (int at = whole >>> 3; at < bits.length; at++) {
            bits[at] = 0;
        }
        for (int i = whole; i < dimension; i++) {
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
        return TABLES.fill(query);
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
        int triplets = query.fields() >>> 2;
        sum(codes, group, triplets, query.tableArray(), sums);
        long scales = group + CodeFormat.scalesOffset(query.space().dimension());
        float offset = query.offset() + query.slack();
        return bounds(codes, scales, sums, query.step(), offset, base, threshold, bounds);
    }

    /**
     * Turns sums into bounds. A method of its own: compiled into one with the loop above, vectors
     * of 256 bits crossed calls and took seven times as long. Written out twice, because the
     * compiler inlines what has up to 325 bytes of code, unless it was compiled before: then the
     * order of compilations decided.
     *
     * @param scales byte position of the group's scales
     */
    private static long bounds(
            MemorySegment codes,
            long scales,
            short[] sums,
            float step,
            float offset,
            float base,
            float threshold,
            float[] bounds) {
        long wanted = 0;
        int row = 0;
        while (row < GROUP_ROWS / 2) {
            int place = 2 * (row & 15) + (row >>> 4) * ODD;
            IntVector pairs = ShortVector.fromArray(PAIRS, sums, place).reinterpretAsInts();
            long at = scales + 4L * row;
            FloatVector scale = FloatVector.fromMemorySegment(FLOATS, codes, at, ORDER);
            FloatVector bias =
                    FloatVector.fromMemorySegment(
                            FLOATS, codes, at + CodeFormat.FLOATS_BYTES, ORDER);
            FloatVector sum =
                    ((FloatVector) pairs.and(0xffff).convert(VectorOperators.I2F, 0))
                            .mul(step)
                            .add(offset);
            FloatVector bound = scale.fma(sum, bias.add(base));
            bound.intoArray(bounds, row);
            // A bound that is not a number is wanted, too: the exact score will tell.
            wanted |= (~bound.compare(VectorOperators.LT, threshold).toLong() & LANES) << row;

            at += CodeFormat.FLOATS_BYTES / 2;
            scale = FloatVector.fromMemorySegment(FLOATS, codes, at, ORDER);
            bias =
                    FloatVector.fromMemorySegment(
                            FLOATS, codes, at + CodeFormat.FLOATS_BYTES, ORDER);
            sum =
                    ((FloatVector)
                                    pairs.lanewise(VectorOperators.LSHR, 16)
                                            .convert(VectorOperators.I2F, 0))
                            .mul(step)
                            .add(offset);
            bound = scale.fma(sum, bias.add(base));
            bound.intoArray(bounds, row + GROUP_ROWS / 2);
            wanted |=
                    (~bound.compare(VectorOperators.LT, threshold).toLong() & LANES)
                            << (row + GROUP_ROWS / 2);
            row += FLOATS.length();

            place = 2 * (row & 15) + (row >>> 4) * ODD;
            pairs = ShortVector.fromArray(PAIRS, sums, place).reinterpretAsInts();
            at = scales + 4L * row;
            scale = FloatVector.fromMemorySegment(FLOATS, codes, at, ORDER);
            bias =
                    FloatVector.fromMemorySegment(
                            FLOATS, codes, at + CodeFormat.FLOATS_BYTES, ORDER);
            sum =
                    ((FloatVector) pairs.and(0xffff).convert(VectorOperators.I2F, 0))
                            .mul(step)
                            .add(offset);
            bound = scale.fma(sum, bias.add(base));
            bound.intoArray(bounds, row);
            wanted |= (~bound.compare(VectorOperators.LT, threshold).toLong() & LANES) << row;

            at += CodeFormat.FLOATS_BYTES / 2;
            scale = FloatVector.fromMemorySegment(FLOATS, codes, at, ORDER);
            bias =
                    FloatVector.fromMemorySegment(
                            FLOATS, codes, at + CodeFormat.FLOATS_BYTES, ORDER);
            sum =
                    ((FloatVector)
                                    pairs.lanewise(VectorOperators.LSHR, 16)
                                            .convert(VectorOperators.I2F, 0))
                            .mul(step)
                            .add(offset);
            bound = scale.fma(sum, bias.add(base));
            bound.intoArray(bounds, row + GROUP_ROWS / 2);
            wanted |=
                    (~bound.compare(VectorOperators.LT, threshold).toLong() & LANES)
                            << (row + GROUP_ROWS / 2);
            row += FLOATS.length();
        }
        return wanted;
    }

    /**
     * Sums table entries for all rows of the group, whose bytes lie in four vectors, in one pass: a
     * second pass for half of the rows would find the lines in the cache, but nothing would ask for
     * the next ones meanwhile. Six columns at a time are too many for the compiler, which then
     * gives up on keeping vectors in registers. Written out, and counted in an int, for the reasons
     * that {@link CodeKernelWide} gives. Shifted as ints: only those are shifted by a constant in
     * one instruction, shorts by a register that is loaded each time. What is above the lowest four
     * bits of a byte does not select.
     *
     * @param codes where the group lies
     * @param group byte position of the group
     * @param sums receives the sums of even bytes, and those of odd ones {@value #ODD} behind them
     */
    private static void sum(
            MemorySegment codes, long group, int triplets, byte[] tables, short[] sums) {
        ShortVector even0 = ShortVector.zero(SHORTS);
        ShortVector odd0 = even0;
        ShortVector even1 = even0;
        ShortVector odd1 = even0;
        ShortVector even2 = even0;
        ShortVector odd2 = even0;
        ShortVector even3 = even0;
        ShortVector odd3 = even0;
        for (int i = 0; i < triplets; i++) {
            long at = group + (long) i * TRIPLET_BYTES;
            int table = 3 * i * COLUMN_BYTES;
            ByteVector low = ByteVector.fromArray(BYTES, tables, table);
            ByteVector high = ByteVector.fromArray(BYTES, tables, table + TABLE_BYTES);
            ByteVector column = ByteVector.fromMemorySegment(BYTES, codes, at, ORDER);
            ByteVector sum0 =
                    column.selectFrom(low)
                            .add(
                                    column.reinterpretAsInts()
                                            .lanewise(VectorOperators.LSHR, 4)
                                            .reinterpretAsBytes()
                                            .selectFrom(high));
            column = ByteVector.fromMemorySegment(BYTES, codes, at + 16, ORDER);
            ByteVector sum1 =
                    column.selectFrom(low)
                            .add(
                                    column.reinterpretAsInts()
                                            .lanewise(VectorOperators.LSHR, 4)
                                            .reinterpretAsBytes()
                                            .selectFrom(high));
            column = ByteVector.fromMemorySegment(BYTES, codes, at + 32, ORDER);
            ByteVector sum2 =
                    column.selectFrom(low)
                            .add(
                                    column.reinterpretAsInts()
                                            .lanewise(VectorOperators.LSHR, 4)
                                            .reinterpretAsBytes()
                                            .selectFrom(high));
            column = ByteVector.fromMemorySegment(BYTES, codes, at + 48, ORDER);
            ByteVector sum3 =
                    column.selectFrom(low)
                            .add(
                                    column.reinterpretAsInts()
                                            .lanewise(VectorOperators.LSHR, 4)
                                            .reinterpretAsBytes()
                                            .selectFrom(high));
            low = ByteVector.fromArray(BYTES, tables, table + COLUMN_BYTES);
            high = ByteVector.fromArray(BYTES, tables, table + COLUMN_BYTES + TABLE_BYTES);
            column = ByteVector.fromMemorySegment(BYTES, codes, at + GROUP_ROWS, ORDER);
            sum0 =
                    sum0.add(
                            column.selectFrom(low)
                                    .add(
                                            column.reinterpretAsInts()
                                                    .lanewise(VectorOperators.LSHR, 4)
                                                    .reinterpretAsBytes()
                                                    .selectFrom(high)));
            column = ByteVector.fromMemorySegment(BYTES, codes, at + GROUP_ROWS + 16, ORDER);
            sum1 =
                    sum1.add(
                            column.selectFrom(low)
                                    .add(
                                            column.reinterpretAsInts()
                                                    .lanewise(VectorOperators.LSHR, 4)
                                                    .reinterpretAsBytes()
                                                    .selectFrom(high)));
            column = ByteVector.fromMemorySegment(BYTES, codes, at + GROUP_ROWS + 32, ORDER);
            sum2 =
                    sum2.add(
                            column.selectFrom(low)
                                    .add(
                                            column.reinterpretAsInts()
                                                    .lanewise(VectorOperators.LSHR, 4)
                                                    .reinterpretAsBytes()
                                                    .selectFrom(high)));
            column = ByteVector.fromMemorySegment(BYTES, codes, at + GROUP_ROWS + 48, ORDER);
            sum3 =
                    sum3.add(
                            column.selectFrom(low)
                                    .add(
                                            column.reinterpretAsInts()
                                                    .lanewise(VectorOperators.LSHR, 4)
                                                    .reinterpretAsBytes()
                                                    .selectFrom(high)));
            low = ByteVector.fromArray(BYTES, tables, table + 2 * COLUMN_BYTES);
            high = ByteVector.fromArray(BYTES, tables, table + 2 * COLUMN_BYTES + TABLE_BYTES);
            column = ByteVector.fromMemorySegment(BYTES, codes, at + 2 * GROUP_ROWS, ORDER);
            sum0 =
                    sum0.add(
                            column.selectFrom(low)
                                    .add(
                                            column.reinterpretAsInts()
                                                    .lanewise(VectorOperators.LSHR, 4)
                                                    .reinterpretAsBytes()
                                                    .selectFrom(high)));
            column = ByteVector.fromMemorySegment(BYTES, codes, at + 2 * GROUP_ROWS + 16, ORDER);
            sum1 =
                    sum1.add(
                            column.selectFrom(low)
                                    .add(
                                            column.reinterpretAsInts()
                                                    .lanewise(VectorOperators.LSHR, 4)
                                                    .reinterpretAsBytes()
                                                    .selectFrom(high)));
            column = ByteVector.fromMemorySegment(BYTES, codes, at + 2 * GROUP_ROWS + 32, ORDER);
            sum2 =
                    sum2.add(
                            column.selectFrom(low)
                                    .add(
                                            column.reinterpretAsInts()
                                                    .lanewise(VectorOperators.LSHR, 4)
                                                    .reinterpretAsBytes()
                                                    .selectFrom(high)));
            column = ByteVector.fromMemorySegment(BYTES, codes, at + 2 * GROUP_ROWS + 48, ORDER);
            sum3 =
                    sum3.add(
                            column.selectFrom(low)
                                    .add(
                                            column.reinterpretAsInts()
                                                    .lanewise(VectorOperators.LSHR, 4)
                                                    .reinterpretAsBytes()
                                                    .selectFrom(high)));
            IntVector pairs = sum0.reinterpretAsInts();
            even0 = even0.add(pairs.and(EVEN_BYTES).reinterpretAsShorts());
            odd0 =
                    odd0.add(
                            pairs.lanewise(VectorOperators.LSHR, 8)
                                    .and(EVEN_BYTES)
                                    .reinterpretAsShorts());
            pairs = sum1.reinterpretAsInts();
            even1 = even1.add(pairs.and(EVEN_BYTES).reinterpretAsShorts());
            odd1 =
                    odd1.add(
                            pairs.lanewise(VectorOperators.LSHR, 8)
                                    .and(EVEN_BYTES)
                                    .reinterpretAsShorts());
            pairs = sum2.reinterpretAsInts();
            even2 = even2.add(pairs.and(EVEN_BYTES).reinterpretAsShorts());
            odd2 =
                    odd2.add(
                            pairs.lanewise(VectorOperators.LSHR, 8)
                                    .and(EVEN_BYTES)
                                    .reinterpretAsShorts());
            pairs = sum3.reinterpretAsInts();
            even3 = even3.add(pairs.and(EVEN_BYTES).reinterpretAsShorts());
            odd3 =
                    odd3.add(
                            pairs.lanewise(VectorOperators.LSHR, 8)
                                    .and(EVEN_BYTES)
                                    .reinterpretAsShorts());
        }
        even0.intoArray(sums, 0);
        odd0.intoArray(sums, ODD);
        even1.intoArray(sums, 8);
        odd1.intoArray(sums, 8 + ODD);
        even2.intoArray(sums, 16);
        odd2.intoArray(sums, 16 + ODD);
        even3.intoArray(sums, 24);
        odd3.intoArray(sums, 24 + ODD);
    }
}
