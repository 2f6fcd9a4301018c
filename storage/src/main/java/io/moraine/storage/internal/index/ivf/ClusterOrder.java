package io.moraine.storage.internal.index.ivf;

import io.moraine.storage.internal.index.Floats;
import io.moraine.storage.internal.index.code.CodeFormat;
import io.moraine.storage.internal.index.code.CodeQuery;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/**
 * Orders the rows of each cluster of an index that is being built: those first that can add most to
 * their centroid's score, see {@link IvfIndex#ceiling}, equal ones by ordinal; then notes the
 * ceiling of each group. Not safe for use by several threads.
 */
final class ClusterOrder {

    /** The cosine of query and residual that the order is exact for; searches use 0.4 to 0.6. */
    static final double USUAL_REACH = 0.5;

    private final IvfIndex index;
    private final int dimension;
    private final float perScale;

    /**
     * @param index all its rows are written, and their usual length
     */
    ClusterOrder(IvfIndex index) {
        this.index = index;
        this.dimension = index.space().dimension();
        this.perScale = CodeQuery.perScale(USUAL_REACH, index.length(), dimension);
    }

    void sort(BooleanSupplier cancelled) {
        int largest = 0;
        for (int cluster = 0; cluster < index.clusters(); cluster++) {
            largest = Math.max(largest, index.clusterRows(cluster));
        }
        long rowGroupBytes = IvfFormat.rowGroupBytes(dimension);
        long[] keys = new long[largest];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy =
                    arena.allocate(rowGroupBytes * CodeFormat.groups(largest), Long.BYTES);
            for (int cluster = 0; cluster < index.clusters(); cluster++) {
                IvfBuilder.giveUpIf(cancelled);
                sort(cluster, keys, copy);
            }
        }
    }

    private void sort(int cluster, long[] keys, MemorySegment copy) {
        int rows = index.clusterRows(cluster);
        int first = index.firstGroup(cluster);
        int[] ordinals = new int[rows];
        for (int row = 0; row < rows; row++) {
            int group = first + row / CodeFormat.GROUP_ROWS;
            ordinals[row] = index.ordinal(group, row % CodeFormat.GROUP_ROWS);
            float ceiling = index.ceiling(group, row % CodeFormat.GROUP_ROWS, perScale);
            keys[row] = Floats.descending(ceiling) << 32 | row;
        }
        Arrays.sort(keys, 0, rows);
        MemorySegment body = index.body();
        long from = index.codes(first);
        long rowGroupBytes = IvfFormat.rowGroupBytes(dimension);
        MemorySegment.copy(body, from, copy, 0, rowGroupBytes * CodeFormat.groups(rows));
        for (int to = 0; to < rows; to++) {
            int row = (int) keys[to];
            CodeFormat.copyRow(
                    dimension,
                    copy,
                    row / CodeFormat.GROUP_ROWS * rowGroupBytes,
                    row % CodeFormat.GROUP_ROWS,
                    body,
                    from + to / CodeFormat.GROUP_ROWS * rowGroupBytes,
                    to % CodeFormat.GROUP_ROWS);
            int group = first + to / CodeFormat.GROUP_ROWS;
            index.setOrdinal(group, to % CodeFormat.GROUP_ROWS, ordinals[row]);
        }
        for (int group = 0; group < CodeFormat.groups(rows); group++) {
            index.setCeiling(first + group);
        }
    }
}
