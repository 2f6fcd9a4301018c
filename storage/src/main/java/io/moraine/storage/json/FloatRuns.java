package io.moraine.storage.json;

/**
 * Chooses how runs of numbers are read, once a process: by vector instructions where 512 bits are
 * one instruction, number by number otherwise, without the module {@code jdk.incubator.vector}, or
 * when the system property {@code moraine.kernels} is {@code scalar}.
 */
public final class FloatRuns {

    private static final boolean SIMD =
            !"scalar".equals(System.getProperty("moraine.kernels"))
                    && ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                    && FloatRunSimd.isFast();

    private FloatRuns() {}

    /** What reads fastest on this machine. */
    public static FloatRun fastest() {
        return SIMD ? new FloatRunSimd() : new FloatRunScalar();
    }
}
