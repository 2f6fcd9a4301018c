package io.moraine.storage.internal.index;

import io.moraine.storage.model.Distance;

/**
 * Chooses the kernels of this process once: vector instructions when the JVM offers them, plain
 * loops otherwise.
 *
 * <p>Plain loops run when the module {@code jdk.incubator.vector} is not resolved (the flag {@code
 * --add-modules jdk.incubator.vector} is missing) or when the system property {@value #PROPERTY} is
 * {@code scalar}. No class that needs the module is loaded then.
 */
public final class Kernels {

    /** System property that forces plain loops when its value is {@code scalar}. */
    public static final String PROPERTY = "moraine.kernels";

    /** Whether vector instructions are in use. */
    static final boolean SIMD =
            !"scalar".equals(System.getProperty(PROPERTY))
                    && ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

    private Kernels() {}

    /** What runs, for people: {@code SIMD 512-bit} or {@code scalar}. */
    public static String inUse() {
        return SIMD ? "SIMD " + SimdLanes.bits() + "-bit" : "scalar";
    }

    /** Whether vector instructions are in use; a constant for the compiler. */
    public static boolean simd() {
        return SIMD;
    }

    /** The kernel that compares vectors by a distance. */
    static Similarity similarity(Distance distance) {
        return SIMD ? simd(distance) : scalar(distance);
    }

    /** The kernel that compares vectors with vectors of bytes. */
    static ByteDot byteDot() {
        return SIMD && ByteDotSimd.isSupported() ? new ByteDotSimd() : new ByteDotScalar();
    }

    static Similarity scalar(Distance distance) {
        return switch (distance) {
            case COSINE, DOT -> new DotScalar();
            case EUCLID -> new EuclidScalar();
            case MANHATTAN -> new ManhattanScalar();
        };
    }

    static Similarity simd(Distance distance) {
        return switch (distance) {
            case COSINE, DOT -> new DotSimd();
            case EUCLID -> new EuclidSimd();
            case MANHATTAN -> new ManhattanSimd();
        };
    }
}
