package io.moraine.storage.internal.index.code;

/**
 * How much room a scan of codes must leave to their error for a recall.
 *
 * <p>Measured on sentence embeddings of 384 dimensions (docs/benchmarks/recall.md): with 1, 1.5 and
 * 2 standard deviations of room, 2.75, 0.88 and 0.24 % of the best ten are missed, which is close
 * to a straight line between deviations and the logarithm of the misses. On data without any
 * structure more than twice as many are missed, so only a fifth of the misses that a recall allows
 * is used.
 */
public final class CodeError {

    private static final double MISSES_AT_ONE = 0.0275;
    private static final double DEVIATIONS_PER_DECADE = 0.95;
    private static final double SHARE_USED = 0.2;
    private static final double DEVIATIONS_MIN = 0.5;

    private CodeError() {}

    /**
     * Standard deviations of the estimate to leave.
     *
     * @param recall wanted, below 1
     */
    public static double deviations(double recall) {
        double misses = SHARE_USED * (1 - recall);
        double deviations = 1 + DEVIATIONS_PER_DECADE * Math.log10(MISSES_AT_ONE / misses);
        return Math.max(DEVIATIONS_MIN, deviations);
    }
}
