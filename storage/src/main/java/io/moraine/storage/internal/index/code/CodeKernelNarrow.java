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
 * The loops over codes in vectors of 128 bits, whose bytes any processor permutes with one
 * instruction; permuting 256 bits by bytes takes AVX2 seven.
 */
final class CodeKernelNarrow implements CodeKernel {

    private static final CodeTables TABLES = new NibbleTables();
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_128;
    private static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_128;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_128;
    private static final VectorSpecies<Float> SIGNS =
            preferredBits() >= 256 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;

    private static final int EVEN_BYTES = 0x00ff00ff;

    /** Where the sums of odd bytes begin. */
    private static final int ODD = GROUP_ROWS / 2;

    /** Width of the widest vectors of bytes. */
    static int preferredBits() {
        return ByteVector.SPECIES_PREFERRED.vectorBitSize();
    }

    @Override
    public void signs(float[] residual, int dimension, byte[] bits) {
        int lanes = SIGNS.length();
        int whole = dimension & -8;
        for (int i = 0; i < whole; i += 8) {
            int signs = 0;
            for (int lane = 0; lane < 8; lane += lanes) {
                FloatVector components = FloatVector.fromArray(SIGNS, residual, i + lane);
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
        long scales = group + CodeFormat.scalesOffset(query.space().dimension());
        int triplets = query.fields() >>> 2;
        for (int lane = 0; lane < GROUP_ROWS; lane += 2 * BYTES.length()) {
            sum(codes, group, lane, triplets, query.tables(), sums);
        }
        float step = query.step();
        float offset = query.offset() + query.slack();
        long wanted = 0;
        for (int row = 0; row < GROUP_ROWS; row += FLOATS.length()) {
            int place = 2 * (row & 15) + (row >>> 4 & 1) * ODD;
            IntVector pairs = ShortVector.fromArray(SHORTS, sums, place).reinterpretAsInts();
            IntVector whole = pairs.lanewise(VectorOperators.LSHR, 16 * (row >>> 5)).and(0xffff);
            long at = scales + 4L * row;
            FloatVector scale = FloatVector.fromMemorySegment(FLOATS, codes, at, ORDER);
            FloatVector bias =
                    FloatVector.fromMemorySegment(
                            FLOATS, codes, at + CodeFormat.FLOATS_BYTES, ORDER);
            FloatVector sum =
                    ((FloatVector) whole.convert(VectorOperators.I2F, 0)).mul(step).add(offset);
            FloatVector bound = scale.fma(sum, bias.add(base));
            bound.intoArray(bounds, row);
            // A bound that is not a number is wanted, too: the exact score will tell.
            long unwanted = bound.compare(VectorOperators.LT, threshold).toLong();
            wanted |= (~unwanted & 0xf) << row;
        }
        return wanted;
    }

    /**
     * Sums table entries for the rows whose bytes lie in two vectors. Written out, and counted in
     * an int, for the reasons that {@link CodeKernelWide} gives. Shifted as ints: only those are
     * shifted by a constant in one instruction, shorts by a register that is loaded each time. What
     * is above the lowest four bits of a byte does not select.
     *
     * @param codes where the group lies
     * @param group byte position of the group
     * @param lane the first byte in each column
     * @param sums receives the sums of even bytes from half the lane on, those of odd ones {@value
     *     #ODD} behind them
     */
    private static void sum(
            MemorySegment codes,
            long group,
            int lane,
            int triplets,
            MemorySegment tables,
            short[] sums) {
        ShortVector even = ShortVector.zero(SHORTS);
        ShortVector odd = even;
        ShortVector nextEven = even;
        ShortVector nextOdd = even;
        for (int i = 0; i < triplets; i++) {
            long at = group + lane + (long) i * TRIPLET_BYTES;
            long table = 3L * i * COLUMN_BYTES;
            ByteVector low = ByteVector.fromMemorySegment(BYTES, tables, table, ORDER);
            ByteVector high =
                    ByteVector.fromMemorySegment(BYTES, tables, table + TABLE_BYTES, ORDER);
            ByteVector column = ByteVector.fromMemorySegment(BYTES, codes, at, ORDER);
            ByteVector next = ByteVector.fromMemorySegment(BYTES, codes, at + 16, ORDER);
            ByteVector sum =
                    column.selectFrom(low)
                            .add(
                                    column.reinterpretAsInts()
                                            .lanewise(VectorOperators.LSHR, 4)
                                            .reinterpretAsBytes()
                                            .selectFrom(high));
            ByteVector nextSum =
                    next.selectFrom(low)
                            .add(
                                    next.reinterpretAsInts()
                                            .lanewise(VectorOperators.LSHR, 4)
                                            .reinterpretAsBytes()
                                            .selectFrom(high));

            low = ByteVector.fromMemorySegment(BYTES, tables, table + COLUMN_BYTES, ORDER);
            high =
                    ByteVector.fromMemorySegment(
                            BYTES, tables, table + COLUMN_BYTES + TABLE_BYTES, ORDER);
            column = ByteVector.fromMemorySegment(BYTES, codes, at + GROUP_ROWS, ORDER);
            next = ByteVector.fromMemorySegment(BYTES, codes, at + GROUP_ROWS + 16, ORDER);
            sum =
                    sum.add(column.selectFrom(low))
                            .add(
                                    column.reinterpretAsInts()
                                            .lanewise(VectorOperators.LSHR, 4)
                                            .reinterpretAsBytes()
                                            .selectFrom(high));
            nextSum =
                    nextSum.add(next.selectFrom(low))
                            .add(
                                    next.reinterpretAsInts()
                                            .lanewise(VectorOperators.LSHR, 4)
                                            .reinterpretAsBytes()
                                            .selectFrom(high));

            low = ByteVector.fromMemorySegment(BYTES, tables, table + 2 * COLUMN_BYTES, ORDER);
            high =
                    ByteVector.fromMemorySegment(
                            BYTES, tables, table + 2 * COLUMN_BYTES + TABLE_BYTES, ORDER);
            column = ByteVector.fromMemorySegment(BYTES, codes, at + 2 * GROUP_ROWS, ORDER);
            next = ByteVector.fromMemorySegment(BYTES, codes, at + 2 * GROUP_ROWS + 16, ORDER);
            sum =
                    sum.add(column.selectFrom(low))
                            .add(
                                    column.reinterpretAsInts()
                                            .lanewise(VectorOperators.LSHR, 4)
                                            .reinterpretAsBytes()
                                            .selectFrom(high));
            nextSum =
                    nextSum.add(next.selectFrom(low))
                            .add(
                                    next.reinterpretAsInts()
                                            .lanewise(VectorOperators.LSHR, 4)
                                            .reinterpretAsBytes()
                                            .selectFrom(high));

            IntVector pairs = sum.reinterpretAsInts();
            even = even.add(pairs.and(EVEN_BYTES).reinterpretAsShorts());
            odd =
                    odd.add(
                            pairs.lanewise(VectorOperators.LSHR, 8)
                                    .and(EVEN_BYTES)
                                    .reinterpretAsShorts());
            pairs = nextSum.reinterpretAsInts();
            nextEven = nextEven.add(pairs.and(EVEN_BYTES).reinterpretAsShorts());
            nextOdd =
                    nextOdd.add(
                            pairs.lanewise(VectorOperators.LSHR, 8)
                                    .and(EVEN_BYTES)
                                    .reinterpretAsShorts());
        }
        int place = lane >>> 1;
        even.intoArray(sums, place);
        odd.intoArray(sums, place + ODD);
        nextEven.intoArray(sums, place + SHORTS.length());
        nextOdd.intoArray(sums, place + ODD + SHORTS.length());
    }
}
