package io.moraine.storage.internal.index;

import static io.moraine.storage.internal.index.SimdLanes.FLOATS;
import static io.moraine.storage.internal.index.SimdLanes.LANES;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Inner product with bytes, in vector lanes: as many bytes as there are float lanes are widened at
 * a time; four independent sums, the rest in a plain loop. Needs at least eight float lanes.
 */
final class ByteDotSimd implements ByteDot {

    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * LANES)));

    /** Whether this process has vectors of bytes for its vectors of floats. */
    static boolean isSupported() {
        return BYTES.length() == LANES;
    }

    @Override
    public float product(float[] query, MemorySegment memory, long position) {
        FloatVector sum0 = FloatVector.zero(FLOATS);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        int dimension = query.length;
        int i = 0;
        for (; i <= dimension - 4 * LANES; i += 4 * LANES) {
            long at = position + i;
            sum0 = add(sum0, query, i, memory, at);
            sum1 = add(sum1, query, i + LANES, memory, at + LANES);
            sum2 = add(sum2, query, i + 2 * LANES, memory, at + 2L * LANES);
            sum3 = add(sum3, query, i + 3 * LANES, memory, at + 3L * LANES);
        }
        for (; i <= dimension - LANES; i += LANES) {
            sum0 = add(sum0, query, i, memory, position + i);
        }
        float sum = SimdLanes.sum(sum0.add(sum1).add(sum2.add(sum3)));
        return sum + ByteDotScalar.productFrom(i, query, memory, position);
    }

    private static FloatVector add(
            FloatVector sum, float[] query, int from, MemorySegment memory, long at) {
        FloatVector row =
                (FloatVector)
                        ByteVector.fromMemorySegment(BYTES, memory, at, ByteOrder.LITTLE_ENDIAN)
                                .castShape(FLOATS, 0);
        return SimdLanes.query(query, from).fma(row, sum);
    }
}
