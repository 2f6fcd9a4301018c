package io.moraine.storage.internal.index.ivf;

import io.moraine.storage.internal.index.ByteDot;
import io.moraine.storage.internal.index.Floats;
import io.moraine.storage.internal.index.code.BestCodes;
import io.moraine.storage.internal.index.code.Candidates;
import io.moraine.storage.internal.index.code.CodeKernel;
import io.moraine.storage.internal.index.code.CodeQuery;
import java.util.Arrays;

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
    private final ByteDot dot = ByteDot.fastest();
    private final BestCodes bestCodes;
    private final Candidates ranked = new Candidates();
    private final float[] rotated;
    private final float[] products;

    ClusterRanking(IvfIndex index, CodeKernel kernel) {
        this.index = index;
        this.bestCodes = new BestCodes(kernel);
        this.rotated = new float[index.space().dimension()];
        this.products = new float[index.clusters()];
    }

    /**
     * Finds the best clusters for a query.
     *
     * @param query left with bounds that are estimates
     * @param count most clusters found
     * @param ordered the first so many places are in order; the others would gain nothing by it
     */
    void rank(CodeQuery query, int count, int ordered) {
        System.arraycopy(query.rotated(), 0, rotated, 0, rotated.length);
        int compared = (int) Math.min(index.clusters(), Math.ceil(COMPARED * count));
        ranked.reset(index.clusters());
        if (compared == index.clusters()) {
            for (int cluster = 0; cluster < compared; cluster++) {
                compare(cluster);
            }
        } else {
            long codes = index.centroidCodes(0);
            Candidates chosen =
                    bestCodes.find(query, index.body(), codes, index.clusters(), compared);
            for (int i = 0; i < chosen.size(); i++) {
                compare(chosen.row(i));
            }
        }
        ranked.keepHighest(count);
        for (int place = 0; place < Math.min(ordered, ranked.size()); place++) {
            ranked.putHighest(place);
        }
    }

    /** The rank of each cluster, 0 for the best, after all of them were wanted. */
    int[] ranks() {
        long[] keys = new long[ranked.size()];
        for (int place = 0; place < keys.length; place++) {
            keys[place] = Floats.descending(ranked.upper(place)) << 32 | ranked.row(place);
        }
        Arrays.sort(keys);
        int[] ranks = new int[keys.length];
        for (int rank = 0; rank < keys.length; rank++) {
            ranks[(int) keys[rank]] = rank;
        }
        return ranks;
    }

    /** Number of clusters found. */
    int size() {
        return ranked.size();
    }

    /** The cluster in a place; 0 is the best. */
    int cluster(int place) {
        return ranked.row(place);
    }

    /** Inner product of the query ranked for last and the centroid of a cluster that was ranked. */
    float product(int cluster) {
        return products[cluster];
    }

    private void compare(int cluster) {
        float product = dot.product(rotated, index.body(), index.centroid(cluster));
        products[cluster] = index.step(cluster) * product;
        float score = products[cluster] + index.bias(cluster);
        ranked.add(score, score, cluster);
    }
}
