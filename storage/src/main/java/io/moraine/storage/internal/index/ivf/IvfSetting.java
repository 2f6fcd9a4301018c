package io.moraine.storage.internal.index.ivf;

/**
 * How thoroughly an index is searched.
 *
 * @param recall share of the best rows that this setting is expected to find
 * @param deviations standard deviations of the estimate that are left to errors
 * @param probes10 clusters scanned for the 10 best rows
 * @param probes100 clusters scanned for the 100 best rows
 */
public record IvfSetting(float recall, float deviations, int probes10, int probes100) {

    /**
     * Clusters to scan for a number of rows: a power law through the two calibrated points.
     *
     * @param rows rows wanted; divided by the share of rows that a filter lets through
     */
    public int probes(double rows) {
        double exponent = Math.log10(Math.max(1, rows)) - 1;
        double probes = probes10 * Math.pow((double) probes100 / probes10, exponent);
        return (int) Math.ceil(Math.min(probes, Integer.MAX_VALUE));
    }
}
