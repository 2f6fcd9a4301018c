package io.moraine.storage.internal.index;

import static io.moraine.storage.internal.index.SimdLanes.FLOATS;
import static io.moraine.storage.internal.index.SimdLanes.LANES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Negated sum of absolute differences, in vector lanes: four independent sums, the rest under a
 * mask.
 */
final class ManhattanSimd implements Similarity {

    @Override
    public float score(float[] query, MemorySegment memory, long position) {
        return row(query, memory, position);
    }

    @Override
    public void scoreBlock(
            float[] query, MemorySegment memory, long position, long rows, float[] scores) {
        long stride = 4L * query.length;
        for (long left = rows; left != 0; left &= left - 1) {
            int row = Long.numberOfTrailingZeros(left);
            scores[row] = row(query, memory, position + row * stride);
        }
    }

    private static float row(float[] query, MemorySegment memory, long position) {
        FloatVector sum0 = FloatVector.zero(FLOATS);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        int dimension = query.length;
        int i = 0;
        for (; i <= dimension - 4 * LANES; i += 4 * LANES) {
            long at = position + 4L * i;
            sum0 = add(sum0, SimdLanes.query(query, i), SimdLanes.row(memory, at));
            sum1 =
                    add(
                            sum1,
                            SimdLanes.query(query, i + LANES),
                            SimdLanes.row(memory, at + 4L * LANES));
            sum2 =
                    add(
                            sum2,
                            SimdLanes.query(query, i + 2 * LANES),
                            SimdLanes.row(memory, at + 8L * LANES));
            sum3 =
                    add(
                            sum3,
                            SimdLanes.query(query, i + 3 * LANES),
                            SimdLanes.row(memory, at + 12L * LANES));
        }
        for (; i <= dimension - LANES; i += LANES) {
            sum0 = add(sum0, SimdLanes.query(query, i), SimdLanes.row(memory, position + 4L * i));
        }
        if (i < dimension) {
            VectorMask<Float> tail = SimdLanes.tail(i, dimension);
            sum1 =
                    add(
                            sum1,
                            SimdLanes.query(query, i, tail),
                            SimdLanes.row(memory, position + 4L * i, tail));
        }
        float sum = SimdLanes.sum(sum0.add(sum1).add(sum2.add(sum3)));
        return -sum;
    }

    private static FloatVector add(FloatVector sum, FloatVector query, FloatVector row) {
        return sum.add(query.sub(row).abs());
    }
}
