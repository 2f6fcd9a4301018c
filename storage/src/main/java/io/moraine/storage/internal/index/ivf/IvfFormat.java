package io.moraine.storage.internal.index.ivf;

import io.moraine.storage.internal.index.code.CodeFormat;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The bytes of a cluster index, little-endian; the body of a file whose header binds it to its
 * segment. Every section starts at a multiple of 64 bytes.
 *
 * <pre>
 * OFFSET   SIZE     FIELD         MEANING
 * 0        4        version       4
 * 4        4        distance      code of the distance, 1 cosine, 2 dot, 3 euclid
 * 8        4        dimension     d, components of a vector
 * 12       4        rows          rows of the segment; ordinals are below
 * 16       8        seed          chooses the rotation
 * 24       4        clusters      c
 * 28       4        groups        g, groups of 64 rows of all clusters together
 * 32       4        settings      number of settings, at most 16
 * 36       4        length        usual length of a row from the center (f32)
 * 40       24       zero
 * 64       16 * 24  settings      recall, deviations (f32), probes for 10, for 100 rows (i32),
 *                                 reach for 10, for 100 rows (f32)
 * 448      4 d      center        taken from every row before it is rotated
 *          d c      centroids     rotated; relative to the center; whole numbers (i8), -127 to 127,
 *                                 of steps that differ from centroid to centroid
 *          ...      centroid codes  groups of {@link CodeFormat}; bias 0, under euclid minus half of
 *                                 the centroid's square: find the clusters to compare
 *          16 c     clusters      first group (i32), rows (i32), the centroid's step and bias (f32);
 *                                 clusters lie in ascending order
 *          8 g      ceilings      scale and bias (f32) of the first row of each group
 *          ...      rows          g times: a group of {@link CodeFormat}, its residuals taken from
 *                                 the centroid, and 64 ordinals (i32), -1 in unused places
 * </pre>
 *
 * <p>The rows of a cluster lie in descending order of what they can add to its centroid's score,
 * see {@link IvfIndex#ceiling}: the ceilings of its groups say where a search may stop without
 * touching their codes.
 */
final class IvfFormat {

    static final int VERSION = 4;

    static final int VERSION_AT = 0;
    static final int DISTANCE_AT = 4;
    static final int DIMENSION_AT = 8;
    static final int ROWS_AT = 12;
    static final int SEED_AT = 16;
    static final int CLUSTERS_AT = 24;
    static final int GROUPS_AT = 28;
    static final int SETTINGS_COUNT_AT = 32;
    static final int LENGTH_AT = 36;
    static final int SETTINGS_AT = 64;
    static final int SETTING_BYTES = 24;
    static final int SETTINGS_MAX = 16;
    static final long CENTER_AT = SETTINGS_AT + (long) SETTINGS_MAX * SETTING_BYTES;

    static final int CLUSTER_BYTES = 16;
    static final int CLUSTER_ROWS_AT = 4;
    static final int CLUSTER_STEP_AT = 8;
    static final int CLUSTER_BIAS_AT = 12;

    static final int CEILING_BYTES = 8;
    static final int CEILING_BIAS_AT = 4;

    static final ValueLayout.OfInt I32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong I64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfFloat F32 = CodeFormat.FLOAT;

    private IvfFormat() {}

    /**
     * Where the sections lie.
     *
     * @param centroids rotated centroids
     * @param centroidCodes codes of the centroids
     * @param table first groups, row counts, steps and biases
     * @param ceilings scales and biases of the first rows of groups
     * @param rows codes and ordinals of the rows
     * @param end length of the whole
     */
    record Sections(
            long centroids, long centroidCodes, long table, long ceilings, long rows, long end) {

        /** Byte position of a cluster's row in the table. */
        long cluster(int cluster) {
            return table + (long) CLUSTER_BYTES * cluster;
        }

        static Sections of(int dimension, int clusters, int groups) {
            long groupBytes = CodeFormat.groupBytes(dimension);
            long centroids = aligned(CENTER_AT + 4L * dimension);
            long centroidCodes = aligned(centroids + (long) dimension * clusters);
            long table = centroidCodes + CodeFormat.groups(clusters) * groupBytes;
            long ceilings = aligned(table + (long) CLUSTER_BYTES * clusters);
            long rows = aligned(ceilings + (long) CEILING_BYTES * groups);
            return new Sections(
                    centroids,
                    centroidCodes,
                    table,
                    ceilings,
                    rows,
                    rows + groups * rowGroupBytes(dimension));
        }
    }

    /** Bytes of a group of rows: codes and ordinals. */
    static long rowGroupBytes(int dimension) {
        return CodeFormat.groupBytes(dimension) + 4L * CodeFormat.GROUP_ROWS;
    }

    private static long aligned(long at) {
        return (at + 63) & -64;
    }
}
