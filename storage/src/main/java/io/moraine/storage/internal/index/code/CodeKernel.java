package io.moraine.storage.internal.index.code;

import io.moraine.storage.internal.index.Kernels;
import java.lang.foreign.MemorySegment;

/**
 * The loops over codes. Every kernel computes the same bits; kernels that cut queries into the same
 * {@link CodeTables} compute the same sums, too, and only the float arithmetic behind them may
 * round differently.
 *
 * <p>Stateless, safe for use by several threads.
 */
public sealed interface CodeKernel permits CodeKernelNarrow, CodeKernelScalar, CodeKernelWide {

    /** The fastest kernel of this process. */
    static CodeKernel fastest() {
        if (!Kernels.simd()) {
            return new CodeKernelScalar(new FieldTables());
        }
        return CpuFeatures.hasWideBytePermutation() ? new CodeKernelWide() : new CodeKernelNarrow();
    }

    /**
     * Collects the signs of a rotated residual.
     *
     * @param residual at least {@code dimension} components
     * @param bits receives bit {@code i} (of byte {@code i / 8}) = component {@code i} is not
     *     negative; the other bits of the bytes written are clear
     */
    void signs(float[] residual, int dimension, byte[] bits);

    /** How this kernel wants queries cut into tables. */
    CodeTables tables();

    /**
     * Quantizes the rotated query of {@code query} into its tables.
     *
     * @return the step
     */
    float fillTables(CodeQuery query);

    /**
     * Upper bounds of the linear scores of a group's 64 rows.
     *
     * @param codes where the group lies
     * @param group its byte position
     * @param base what all rows of the group have in common, see {@link CodeQuery}
     * @param threshold rows whose bound is below it are not wanted
     * @param bounds receives the bound of row {@code i} in place {@code i}
     * @return bit {@code i} is set unless the bound of row {@code i} is below the threshold
     */
    long bounds(
            MemorySegment codes,
            long group,
            CodeQuery query,
            float base,
            float threshold,
            float[] bounds);
}
