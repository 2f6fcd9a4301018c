package io.moraine.storage.internal.index;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Length and scaling of a vector in vector lanes: half-width floats widened to doubles. */
final class UnitLengthSimd {

    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> FLOATS =
            VectorSpecies.of(float.class, VectorShape.forBitSize(DOUBLES.vectorBitSize() / 2));
    private static final int LANES = DOUBLES.length();

    private UnitLengthSimd() {}

    static double squaredLength(MemorySegment memory, long position, int dimension) {
        DoubleVector sum0 = DoubleVector.zero(DOUBLES);
        DoubleVector sum1 = sum0;
        int i = 0;
        for (; i <= dimension - 2 * LANES; i += 2 * LANES) {
            DoubleVector low = load(memory, position + 4L * i);
            DoubleVector high = load(memory, position + 4L * (i + LANES));
            sum0 = low.fma(low, sum0);
            sum1 = high.fma(high, sum1);
        }
        DoubleVector lanes = sum0.add(sum1);
        double sum = 0;
        for (int lane = 0; lane < LANES; lane++) {
            sum += lanes.lane(lane);
        }
        return sum + UnitLengthScalar.squaredLength(memory, position + 4L * i, dimension - i);
    }

    static void scale(MemorySegment memory, long position, int dimension, double factor) {
        int i = 0;
        for (; i <= dimension - LANES; i += LANES) {
            long at = position + 4L * i;
            load(memory, at)
                    .mul(factor)
                    .convertShape(VectorOperators.D2F, FLOATS, 0)
                    .reinterpretAsFloats()
                    .intoMemorySegment(memory, at, ByteOrder.LITTLE_ENDIAN);
        }
        UnitLengthScalar.scale(memory, position + 4L * i, dimension - i, factor);
    }

    private static DoubleVector load(MemorySegment memory, long position) {
        FloatVector floats =
                FloatVector.fromMemorySegment(FLOATS, memory, position, ByteOrder.LITTLE_ENDIAN);
        return (DoubleVector) floats.convertShape(VectorOperators.F2D, DOUBLES, 0);
    }
}
