package io.moraine.storage.internal.index.ivf;

import io.moraine.storage.internal.index.code.CodeFormat;
import io.moraine.storage.internal.index.code.CodeQuery;
import io.moraine.storage.internal.index.code.CodeSpace;
import io.moraine.storage.model.Distance;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The clusters of one vector column of a sealed segment, read from bytes that {@link IvfBuilder}
 * wrote. Immutable, safe for use by several threads; the memory belongs to the caller.
 */
public final class IvfIndex {

    private final MemorySegment body;
    private final CodeSpace space;
    private final int rows;
    private final int clusters;
    private final IvfFormat.Sections sections;
    private final long groupBytes;
    private final long rowGroupBytes;
    private final List<IvfSetting> settings;
    private long entries;

    private IvfIndex(MemorySegment body) {
        this.body = body;
        int dimension = body.get(IvfFormat.I32, IvfFormat.DIMENSION_AT);
        float[] center = new float[dimension];
        MemorySegment.copy(body, IvfFormat.F32, IvfFormat.CENTER_AT, center, 0, dimension);
        Distance distance = Distance.ofCode(body.get(IvfFormat.I32, IvfFormat.DISTANCE_AT));
        this.space = new CodeSpace(distance, body.get(IvfFormat.I64, IvfFormat.SEED_AT), center);
        this.rows = body.get(IvfFormat.I32, IvfFormat.ROWS_AT);
        this.clusters = body.get(IvfFormat.I32, IvfFormat.CLUSTERS_AT);
        int groups = body.get(IvfFormat.I32, IvfFormat.GROUPS_AT);
        this.sections = IvfFormat.Sections.of(dimension, clusters, groups);
        this.groupBytes = CodeFormat.groupBytes(dimension);
        this.rowGroupBytes = IvfFormat.rowGroupBytes(dimension);
        this.settings = settings(body);
        for (int cluster = 0; cluster < clusters; cluster++) {
            entries += clusterRows(cluster);
        }
    }

    /**
     * Reads an index in place.
     *
     * @param body the bytes of {@link IvfFormat}; their checksum is the file's business
     * @throws IllegalArgumentException if they are no index of a version this code knows
     */
    public static IvfIndex of(MemorySegment body) {
        int version =
                body.byteSize() < IvfFormat.CENTER_AT
                        ? -1
                        : body.get(IvfFormat.I32, IvfFormat.VERSION_AT);
        if (version != IvfFormat.VERSION) {
            throw new IllegalArgumentException(
                    "cluster index has version "
                            + version
                            + ", expected "
                            + IvfFormat.VERSION
                            + "; rebuild the index of this segment");
        }
        IvfIndex index = new IvfIndex(body);
        if (index.sections.end() != body.byteSize()) {
            throw new IllegalArgumentException(
                    "cluster index has "
                            + body.byteSize()
                            + " bytes, expected "
                            + index.sections.end()
                            + "; rebuild the index of this segment");
        }
        return index;
    }

    /** The bytes, as a file keeps them. */
    public MemorySegment body() {
        return body;
    }

    /** What the codes mean. */
    public CodeSpace space() {
        return space;
    }

    /** The usual length of a row from the center. */
    float length() {
        return body.get(IvfFormat.F32, IvfFormat.LENGTH_AT);
    }

    /** Rows of the segment. */
    public int rows() {
        return rows;
    }

    /** Number of clusters. */
    public int clusters() {
        return clusters;
    }

    /** Rows of all clusters together; a row that stands in two counts twice. */
    public long entries() {
        return entries;
    }

    /** Calibrated settings, in ascending order of recall; at least one. */
    public List<IvfSetting> settings() {
        return settings;
    }

    /** The cheapest setting that reaches a recall, or the best one when none does. */
    public IvfSetting setting(double recall) {
        for (IvfSetting setting : settings) {
            if (setting.recall() >= recall - 1e-6) {
                return setting;
            }
        }
        return settings.getLast();
    }

    /** Byte position of a centroid in {@link #body}, a byte a component, see {@link #step}. */
    long centroid(int cluster) {
        return sections.centroids() + (long) space.dimension() * cluster;
    }

    /** What one step of a centroid's whole numbers stands for. */
    float step(int cluster) {
        return body.get(IvfFormat.F32, sections.cluster(cluster) + IvfFormat.CLUSTER_STEP_AT);
    }

    /** What ranks a cluster beside its centroid's inner product with a query. */
    float bias(int cluster) {
        return body.get(IvfFormat.F32, sections.cluster(cluster) + IvfFormat.CLUSTER_BIAS_AT);
    }

    /** Subtracts a centroid from a rotated row that was taken from the center. */
    void subtractCentroid(int cluster, float[] row, float[] residual) {
        long at = centroid(cluster);
        float step = step(cluster);
        for (int i = 0; i < residual.length; i++) {
            residual[i] = row[i] - step * body.get(ValueLayout.JAVA_BYTE, at + i);
        }
    }

    /** Byte position of a group of centroid codes. */
    long centroidCodes(int group) {
        return sections.centroidCodes() + group * groupBytes;
    }

    int firstGroup(int cluster) {
        return body.get(IvfFormat.I32, sections.cluster(cluster));
    }

    int clusterRows(int cluster) {
        return body.get(IvfFormat.I32, sections.cluster(cluster) + IvfFormat.CLUSTER_ROWS_AT);
    }

    /** Byte position of the codes of a group of rows. */
    long codes(int group) {
        return sections.rows() + group * rowGroupBytes;
    }

    /**
     * What the first row of a group is believed to be able to add to its centroid's score. No other
     * row of the group, nor of those of the cluster that follow, can add more: exactly for queries
     * of the usual length, nearly for others.
     *
     * @param perScale what a residual of scale 1 can add, see {@link CodeQuery#perScale}
     */
    float ceiling(int group, float perScale) {
        long at = sections.ceilings() + (long) IvfFormat.CEILING_BYTES * group;
        return body.get(IvfFormat.F32, at) * perScale
                + body.get(IvfFormat.F32, at + IvfFormat.CEILING_BIAS_AT);
    }

    /** The same for any row, read from its code. */
    float ceiling(int group, int row, float perScale) {
        long scale = scale(group, row);
        return body.get(IvfFormat.F32, scale) * perScale
                + body.get(IvfFormat.F32, scale + 4L * CodeFormat.GROUP_ROWS);
    }

    /** Fills in the ceiling of a group, whose rows are in their places. */
    void setCeiling(int group) {
        long scale = scale(group, 0);
        long at = sections.ceilings() + (long) IvfFormat.CEILING_BYTES * group;
        body.set(IvfFormat.F32, at, body.get(IvfFormat.F32, scale));
        float bias = body.get(IvfFormat.F32, scale + 4L * CodeFormat.GROUP_ROWS);
        body.set(IvfFormat.F32, at + IvfFormat.CEILING_BIAS_AT, bias);
    }

    private long scale(int group, int row) {
        return codes(group) + CodeFormat.scalesOffset(space.dimension()) + 4L * row;
    }

    int ordinal(int group, int row) {
        return body.get(IvfFormat.I32, codes(group) + groupBytes + 4L * row);
    }

    /** Fills in a row while the index is being built. */
    void setOrdinal(int group, int row, int ordinal) {
        body.set(IvfFormat.I32, codes(group) + groupBytes + 4L * row, ordinal);
    }

    private static List<IvfSetting> settings(MemorySegment body) {
        List<IvfSetting> settings = new ArrayList<>();
        int count = body.get(IvfFormat.I32, IvfFormat.SETTINGS_COUNT_AT);
        for (int i = 0; i < count; i++) {
            long at = IvfFormat.SETTINGS_AT + (long) i * IvfFormat.SETTING_BYTES;
            settings.add(
                    new IvfSetting(
                            body.get(IvfFormat.F32, at),
                            body.get(IvfFormat.F32, at + 4),
                            body.get(IvfFormat.I32, at + 8),
                            body.get(IvfFormat.I32, at + 12),
                            body.get(IvfFormat.F32, at + 16),
                            body.get(IvfFormat.F32, at + 20)));
        }
        return List.copyOf(settings);
    }
}
