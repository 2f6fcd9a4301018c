package io.moraine.storage.internal.index;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The vector shape of this machine, and how rows and queries are loaded in it. */
final class SimdLanes {

    static final VectorSpecies<Float> FLOATS =
            FloatVector.SPECIES_PREFERRED.vectorBitSize() > 512
                    ? FloatVector.SPECIES_512
                    : FloatVector.SPECIES_PREFERRED;
    static final int LANES = FLOATS.length();

    private static final VectorShuffle<Float> BY_8 = exchange(8);
    private static final VectorShuffle<Float> BY_4 = exchange(4);
    private static final VectorShuffle<Float> BY_2 = exchange(2);
    private static final VectorShuffle<Float> BY_1 = exchange(1);

    private SimdLanes() {}

    /** Width of the vectors in use. */
    static int bits() {
        return FLOATS.vectorBitSize();
    }

    /** A whole vector of components from memory. */
    static FloatVector row(MemorySegment memory, long position) {
        return FloatVector.fromMemorySegment(FLOATS, memory, position, ByteOrder.LITTLE_ENDIAN);
    }

    /** The components under a mask, zero in the other lanes. */
    static FloatVector row(MemorySegment memory, long position, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(
                FLOATS, memory, position, ByteOrder.LITTLE_ENDIAN, mask);
    }

    /** A whole vector of query components. */
    static FloatVector query(float[] query, int from) {
        return FloatVector.fromArray(FLOATS, query, from);
    }

    /** The query components under a mask, zero in the other lanes. */
    static FloatVector query(float[] query, int from, VectorMask<Float> mask) {
        return FloatVector.fromArray(FLOATS, query, from, mask);
    }

    /**
     * The sum of all lanes, in the same order on every call: {@code reduceLanes} may choose another
     * one once it is compiled, and a row's score must not depend on that.
     */
    static float sum(FloatVector vector) {
        FloatVector sum = vector;
        if (LANES > 8) {
            sum = sum.add(sum.rearrange(BY_8));
        }
        if (LANES > 4) {
            sum = sum.add(sum.rearrange(BY_4));
        }
        if (LANES > 2) {
            sum = sum.add(sum.rearrange(BY_2));
        }
        return sum.add(sum.rearrange(BY_1)).lane(0);
    }

    /** The lanes of the last, incomplete vector that starts at component {@code from}. */
    static VectorMask<Float> tail(int from, int dimension) {
        return FLOATS.indexInRange(from, dimension);
    }

    private static VectorShuffle<Float> exchange(int distance) {
        return VectorShuffle.fromOp(FLOATS, lane -> (lane ^ distance) & (LANES - 1));
    }
}
