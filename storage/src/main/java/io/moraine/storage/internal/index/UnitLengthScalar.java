package io.moraine.storage.internal.index;

import java.lang.foreign.MemorySegment;

/** Length and scaling of a vector in plain loops. */
final class UnitLengthScalar {

    private UnitLengthScalar() {}

    static double squaredLength(MemorySegment memory, long position, int dimension) {
        double sum = 0;
        for (int i = 0; i < dimension; i++) {
            double component = memory.get(Floats.LAYOUT, position + 4L * i);
            sum += component * component;
        }
        return sum;
    }

    static void scale(MemorySegment memory, long position, int dimension, double factor) {
        for (int i = 0; i < dimension; i++) {
            long at = position + 4L * i;
            memory.set(Floats.LAYOUT, at, (float) (memory.get(Floats.LAYOUT, at) * factor));
        }
    }
}
