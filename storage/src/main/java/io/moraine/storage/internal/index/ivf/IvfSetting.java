package io.moraine.storage.internal.index.ivf;

/**
 * How thoroughly an index is searched.
 *
 * @param recall share of the best rows that this setting is expected to find
 * @param deviations standard deviations of the estimate that are left to errors
 * @param probes10 clusters scanned for the 10 best rows
 * @param probes100 clusters scanned for the 100 best rows
 * @param reach10 cosine that the query and the residual of one of the 10 best rows need hardly ever
 *     have more of to reach the threshold; infinite to scan every row of a cluster
 * @param reach100 the same for the 100 best rows
 */
public record IvfSetting(
        float recall,
        float deviations,
        int probes10,
        int probes100,
        float reach10,
        float reach100) {

    private static final int ROWS_MAX = 100;

    /**
     * Clusters to scan for a number of rows: a power law through the two calibrated points.
     *
     * @param rows rows wanted; divided by the share of rows that a filter lets through
     */
    public int probes(double rows) {
        double probes = probes10 * Math.pow((double) probes100 / probes10, decades(rows));
        return (int) Math.ceil(Math.min(probes, Integer.MAX_VALUE));
    }

    /**
     * The reach for a number of rows, up to {@value #ROWS_MAX}: a line through the two calibrated
     * points. Infinite for more, of which nothing was measured.
     */
    double reach(int rows) {
        return rows > ROWS_MAX || Float.isInfinite(Math.max(reach10, reach100))
                ? Double.POSITIVE_INFINITY
                : reach10 + (reach100 - reach10) * decades(rows);
    }

    /** From 10 rows on: 0 for those, 1 for 100. */
    private static double decades(double rows) {
        return Math.log10(Math.max(1, rows)) - 1;
    }
}
