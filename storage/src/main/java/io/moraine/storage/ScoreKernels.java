package io.moraine.storage;

import io.moraine.storage.internal.index.Kernels;

/** Which code compares vectors in this process. */
public final class ScoreKernels {

    private ScoreKernels() {}

    /** The kernels in use, for people: the width of the SIMD unit, or that it is scalar code. */
    public static String inUse() {
        return Kernels.inUse();
    }
}
