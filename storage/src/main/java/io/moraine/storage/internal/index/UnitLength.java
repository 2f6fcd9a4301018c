package io.moraine.storage.internal.index;

import java.lang.foreign.MemorySegment;

/**
 * Checks and scales vectors where they lie, before they are logged: no row that is not finite, and
 * under cosine none that is not of unit length, ever reaches a segment.
 *
 * <p>Squares are summed in double precision, so no finite 32-bit vector overflows or vanishes.
 * Stateless, safe for use by several threads on different memory.
 */
public final class UnitLength {

    /** A squared length this near to 1 is left alone, so scaling twice changes nothing. */
    static final double SQUARED_LENGTH_TOLERANCE = 2e-6;

    private UnitLength() {}

    /**
     * Whether every component is a finite number.
     *
     * @param memory where the vector lies
     * @param position byte position of its first component, any alignment
     * @param dimension number of components
     */
    public static boolean isFinite(MemorySegment memory, long position, int dimension) {
        return Double.isFinite(squaredLength(memory, position, dimension));
    }

    /**
     * The first component that is not a finite number, or -1; for the message after {@link
     * #isFinite} said no.
     */
    public static int firstNotFinite(MemorySegment memory, long position, int dimension) {
        for (int i = 0; i < dimension; i++) {
            if (!Float.isFinite(memory.get(Floats.LAYOUT, position + 4L * i))) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Brings a vector to unit length in place.
     *
     * @return false if that cannot be done, because it is zero or a component is not finite;
     *     nothing was changed then
     */
    public static boolean normalize(MemorySegment memory, long position, int dimension) {
        double squared = squaredLength(memory, position, dimension);
        if (!Double.isFinite(squared) || squared == 0) {
            return false;
        }
        if (Math.abs(squared - 1) > SQUARED_LENGTH_TOLERANCE) {
            scale(memory, position, dimension, 1 / Math.sqrt(squared));
        }
        return true;
    }

    /**
     * Brings a query to unit length in place; a zero vector or one that is not finite stays as it
     * is.
     *
     * <p>Plain array code on purpose: a third kind of memory segment (native, mapped, heap) in the
     * same process makes the virtual machine's loads from all of them several times slower, because
     * their type profile is shared.
     */
    static void normalize(float[] vector) {
        double squared = 0;
        for (float component : vector) {
            squared += (double) component * component;
        }
        if (Double.isFinite(squared)
                && squared != 0
                && Math.abs(squared - 1) > SQUARED_LENGTH_TOLERANCE) {
            double factor = 1 / Math.sqrt(squared);
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) (vector[i] * factor);
            }
        }
    }

    private static double squaredLength(MemorySegment memory, long position, int dimension) {
        return Kernels.SIMD
                ? UnitLengthSimd.squaredLength(memory, position, dimension)
                : UnitLengthScalar.squaredLength(memory, position, dimension);
    }

    private static void scale(MemorySegment memory, long position, int dimension, double factor) {
        if (Kernels.SIMD) {
            UnitLengthSimd.scale(memory, position, dimension, factor);
        } else {
            UnitLengthScalar.scale(memory, position, dimension, factor);
        }
    }
}
