package io.moraine.storage.internal.index;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Inner product with bytes, in plain loops. */
final class ByteDotScalar implements ByteDot {

    @Override
    public float product(float[] query, MemorySegment memory, long position) {
        return productFrom(0, query, memory, position);
    }

    /** The same for the components from one on. */
    static float productFrom(int from, float[] query, MemorySegment memory, long position) {
        float sum = 0;
        for (int i = from; i < query.length; i++) {
            sum += query[i] * memory.get(ValueLayout.JAVA_BYTE, position + i);
        }
        return sum;
    }
}
