package io.moraine.storage.internal.index.ivf;

/**
 * How an index is built.
 *
 * @param clusters number of centroids, at least 1
 * @param sampleRows most rows that k-means looks at
 * @param iterations rounds of k-means over half and all of the sample each, at least 1
 * @param spillPenalty how much a row's second centroid is kept from leaving a residual parallel to
 *     the first one (lambda in the paper on SOAR); negative for one cluster per row
 * @param seed chooses the sample and the rotation
 */
public record IvfParameters(
        int clusters, int sampleRows, int iterations, float spillPenalty, long seed) {

    private static final int ROWS_PER_CLUSTER = 80;
    private static final int SAMPLES_PER_CLUSTER = 40;
    private static final long SAMPLE_BYTES_MAX = 256L << 20;
    private static final int ITERATIONS = 3;
    private static final float SPILL_PENALTY = 3;

    public IvfParameters {
        if (clusters < 1 || iterations < 1) {
            throw new IllegalArgumentException(
                    "a cluster index needs a cluster and a round of k-means: clusters=%d iterations=%d"
                            .formatted(clusters, iterations));
        }
    }

    /** Parameters that suit a number of rows of a dimension. */
    public static IvfParameters forRows(int rows, int dimension, long seed) {
        int byRows = Math.max(1, rows / ROWS_PER_CLUSTER);
        int clusters = (int) Math.min(byRows, 16 * Math.sqrt(rows) + 1);
        long fitting = Math.max(clusters, SAMPLE_BYTES_MAX / (4L * dimension));
        long sampleRows = Math.min(rows, (long) SAMPLES_PER_CLUSTER * clusters);
        return new IvfParameters(
                clusters, (int) Math.min(sampleRows, fitting), ITERATIONS, SPILL_PENALTY, seed);
    }
}
