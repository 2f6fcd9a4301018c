package io.moraine.storage.internal.index.ivf;

import io.moraine.storage.internal.index.ByteDot;
import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.TopK;
import io.moraine.storage.internal.index.code.Candidates;
import io.moraine.storage.internal.index.code.CodeFormat;
import io.moraine.storage.internal.index.code.CodeKernel;
import io.moraine.storage.internal.index.code.CodeQuery;

/**
 * Which clusters of an index are the best for a query: by the inner product with their centroids,
 * under euclid by the distance from them. As with rows, a scan of codes chooses, and those it
 * chooses are compared.
 *
 * <p>Holds scratch space for reuse; not safe for use by several threads at once.
 */
final class ClusterRanking {

    /**
     * Centroids compared for each that is wanted. Searches look into a seventh fewer clusters for
     * the same recall than by codes alone; comparing twice or three times as many finds no more.
     */
    private static final double COMPARED = 1.5;

    private final IvfIndex index;
    private final CodeKernel kernel;
    private final ByteDot dot = ByteDot.fastest();
    private final Candidates chosen = new Candidates();
    private final TopK order = new TopK(1, Float.NEGATIVE_INFINITY);
    private final float[] rotated;
    private final float[] products;
    private final float[] bounds = new float[CodeFormat.GROUP_ROWS];

    ClusterRanking(IvfIndex index, CodeKernel kernel) {
        this.index = index;
        this.kernel = kernel;
        this.rotated = new float[index.space().dimension()];
        this.products = new float[index.clusters()];
    }

    /**
     * Ranks the best clusters for a query.
     *
     * @param query left with bounds that are estimates
     * @param count most clusters ranked; with all of them the ranks are exact
     */
    void rank(CodeQuery query, int count) {
        System.arraycopy(query.rotated(), 0, rotated, 0, rotated.length);
        order.reset(count, Float.NEGATIVE_INFINITY);
        int compared = (int) Math.min(index.clusters(), Math.ceil(COMPARED * count));
        if (compared == index.clusters()) {
            for (int cluster = 0; cluster < compared; cluster++) {
                compare(cluster);
            }
        } else {
            choose(query, compared);
            for (int i = 0; i < chosen.size(); i++) {
                compare(chosen.row(i));
            }
        }
        order.sort();
    }

    /** Number of clusters ranked. */
    int size() {
        return order.size();
    }

    /** The cluster in a place; 0 is the best. */
    int cluster(int place) {
        return TopK.ordinal(order.row(place));
    }

    /** Inner product of the query ranked for last and the centroid of a cluster that was ranked. */
    float product(int cluster) {
        return products[cluster];
    }

    /** Collects the clusters whose estimates are highest, a few more where some are equal. */
    private void choose(CodeQuery query, int count) {
        query.leave(0);
        chosen.reset(RowMask.blocks(index.clusters()) * CodeFormat.GROUP_ROWS);
        float threshold = Float.NEGATIVE_INFINITY;
        int clusters = index.clusters();
        for (int group = 0; group < CodeFormat.groups(clusters); group++) {
            if (chosen.size() > 2 * count) {
                threshold = chosen.highestLower(count);
                chosen.keepFrom(threshold);
            }
            long codes = index.centroidCodes(group);
            long rows =
                    kernel.bounds(index.body(), codes, query, 0, threshold, bounds)
                            & RowMask.below(clusters, group);
            for (long left = rows; left != 0; left &= left - 1) {
                int row = Long.numberOfTrailingZeros(left);
                float estimate = bounds[row];
                chosen.add(estimate, estimate, group * CodeFormat.GROUP_ROWS + row);
            }
        }
        chosen.keepFrom(chosen.highestLower(count));
    }

    private void compare(int cluster) {
        float product = dot.product(rotated, index.body(), index.centroid(cluster));
        products[cluster] = index.step(cluster) * product;
        order.offer(products[cluster] + index.bias(cluster), cluster);
    }
}
