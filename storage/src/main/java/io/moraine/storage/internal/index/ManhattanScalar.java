package io.moraine.storage.internal.index;

import java.lang.foreign.MemorySegment;

/** Negated sum of absolute differences, in plain loops. */
final class ManhattanScalar implements Similarity {

    @Override
    public float score(float[] query, MemorySegment memory, long position) {
        float even = 0;
        float odd = 0;
        int paired = query.length & ~1;
        for (int i = 0; i < paired; i += 2) {
            even += term(query[i], memory.get(Floats.LAYOUT, position + 4L * i));
            odd += term(query[i + 1], memory.get(Floats.LAYOUT, position + 4L * i + 4));
        }
        if (paired < query.length) {
            even += term(query[paired], memory.get(Floats.LAYOUT, position + 4L * paired));
        }
        return -(even + odd);
    }

    @Override
    public void scoreBlock(
            float[] query, MemorySegment memory, long position, long rows, float[] scores) {
        long stride = 4L * query.length;
        for (long left = rows; left != 0; left &= left - 1) {
            int row = Long.numberOfTrailingZeros(left);
            scores[row] = score(query, memory, position + row * stride);
        }
    }

    private static float term(float a, float b) {
        return Math.abs(a - b);
    }
}
