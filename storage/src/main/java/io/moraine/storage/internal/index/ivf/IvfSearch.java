package io.moraine.storage.internal.index.ivf;

import io.moraine.storage.internal.index.SearchRows;
import io.moraine.storage.internal.index.Similarity;
import io.moraine.storage.internal.index.TopK;
import io.moraine.storage.internal.index.code.Candidates;
import io.moraine.storage.internal.index.code.CodeFormat;
import io.moraine.storage.internal.index.code.CodeKernel;
import io.moraine.storage.internal.index.code.CodeQuery;
import io.moraine.storage.internal.index.code.Rescorer;
import java.lang.foreign.MemorySegment;

/**
 * Searches one index: scans the codes of the clusters that {@link ClusterRanking rank} best, and
 * compares exactly the rows whose bound may reach the best.
 *
 * <p>A cluster's rows lie in the order of what they can add to its centroid's score. Where that no
 * longer reaches the threshold, at a cosine of query and residual that wanted rows hardly ever
 * need, the rest of the cluster is passed over.
 *
 * <p>Rows kept always carry their exact score; recall is what the setting was calibrated for. A
 * mask that hides rows makes the search scan more clusters, as many as the wanted rows divided by
 * the share of rows that pass take. While fewer rows are found than are wanted nothing is passed
 * over, so {@code k} rows are found whenever that many match.
 *
 * <p>Holds scratch space for reuse; not safe for use by several threads at once.
 */
public final class IvfSearch {

    private static final int CANDIDATES_MIN = 512;
    private static final int CANDIDATES_MAX = 1 << 14;
    private static final int CANDIDATES_PER_ROW = 8;
    private static final int STOP_CHECK_MASK = 15;

    /** Clusters after which the best candidates are compared at once; measured 0 to 3. */
    private static final int EARLY_CLUSTERS = 2;

    /** So many times longer or shorter than rows, a query is of an unusual length. */
    private static final double LENGTH_FACTOR = 1.5;

    private final IvfIndex index;
    private final CodeKernel kernel = CodeKernel.fastest();
    private final CodeQuery codeQuery;
    private final Candidates candidates = new Candidates();
    private final Rescorer rescorer;
    private final ClusterRanking ranking;
    private final OrdinalSet visited = new OrdinalSet();
    private final OrdinalSet seen = new OrdinalSet();
    private final float[] bounds = new float[CodeFormat.GROUP_ROWS];

    private long scanned;
    private long surviving;
    private long passing;

    public IvfSearch(IvfIndex index) {
        this.index = index;
        this.codeQuery = new CodeQuery(index.space(), kernel);
        this.rescorer = new Rescorer(Similarity.of(index.space().distance()));
        this.ranking = new ClusterRanking(index, kernel);
    }

    /** Rows compared exactly since this was made. */
    public long rescored() {
        return rescorer.rescored();
    }

    /** Rows whose codes were scanned since this was made. */
    public long scanned() {
        return scanned;
    }

    /**
     * Offers the best rows of the segment.
     *
     * @param rows the rows the index was built from; their mask is asked for single blocks in any
     *     order
     * @param query the prepared query, see {@link Similarity#prepare}
     * @param top receives the rows; what it holds already raises the threshold
     */
    public void search(SearchRows rows, float[] query, IvfSetting setting, TopK top) {
        codeQuery.set(query, setting.deviations());
        candidates.reset(
                Math.clamp(
                        (long) CANDIDATES_PER_ROW * top.limit(), CANDIDATES_MIN, CANDIDATES_MAX));
        visited.clear();
        seen.clear();
        surviving = 0;
        passing = 0;
        float perScale = codeQuery.perScale(reach(setting, top.limit()));
        Scan scan = new Scan(rows, query, perScale, top);
        int done = 0;
        int probes = Math.min(index.clusters(), setting.probes(top.limit()));
        while (done < probes) {
            ranking.rank(codeQuery, probes, EARLY_CLUSTERS);
            codeQuery.leave(setting.deviations());
            for (int place = 0; done < probes; place++) {
                int cluster = ranking.cluster(place);
                if (visited.add(cluster)) {
                    if ((done & STOP_CHECK_MASK) == STOP_CHECK_MASK) {
                        rows.checkStopped();
                    }
                    scan.cluster(cluster, done++);
                }
            }
            probes = Math.min(index.clusters(), probesBeyond(done, setting, top));
        }
        rescorer.rescore(candidates, rows, codeQuery, query, top, 0);
    }

    /**
     * How far rows reach for this query; infinitely far when its length is not that of rows, for
     * which their order and the calibration hold.
     */
    private double reach(IvfSetting setting, int limit) {
        double length = codeQuery.length();
        boolean usual =
                length < LENGTH_FACTOR * index.length() && index.length() < LENGTH_FACTOR * length;
        return usual ? setting.reach(limit) : Double.POSITIVE_INFINITY;
    }

    /** The linear score of the centroid of a ranked cluster for the query searched last. */
    private float base(int cluster) {
        return codeQuery.originBase() + ranking.product(cluster);
    }

    /**
     * Clusters to scan in all, now that some tell which share of the rows takes part: more when
     * rows were hidden, and twice as many while there are fewer rows than are wanted.
     */
    private int probesBeyond(int done, IvfSetting setting, TopK top) {
        boolean anyScore = top.threshold() == Float.NEGATIVE_INFINITY;
        if (anyScore && top.size() + candidates.size() < top.limit()) {
            return 2 * done;
        }
        double share = (passing + 1.0) / (surviving + 1.0);
        return passing < surviving ? setting.probes(top.limit() / share) : done;
    }

    /** What one search carries from cluster to cluster. */
    private final class Scan {

        private final SearchRows rows;
        private final float[] query;
        private final float perScale;
        private final TopK top;
        private float threshold;

        Scan(SearchRows rows, float[] query, float perScale, TopK top) {
            this.rows = rows;
            this.query = query;
            this.perScale = perScale;
            this.top = top;
            this.threshold = codeQuery.linear(top.threshold());
        }

        void cluster(int cluster, int place) {
            float base = base(cluster);
            int size = index.clusterRows(cluster);
            int group = index.firstGroup(cluster);
            for (int from = 0; from < size; from += CodeFormat.GROUP_ROWS) {
                if (base + index.ceiling(group, perScale) < threshold) {
                    break;
                }
                scanned += Math.min(size - from, CodeFormat.GROUP_ROWS);
                long wanted =
                        kernel.bounds(
                                index.body(),
                                index.codes(group),
                                codeQuery,
                                base,
                                threshold,
                                bounds);
                if (size - from < CodeFormat.GROUP_ROWS) {
                    wanted &= (1L << (size - from)) - 1;
                }
                if (wanted != 0) {
                    collect(group, wanted);
                }
                group++;
            }
            if (place < EARLY_CLUSTERS) {
                settle();
            }
        }

        private void collect(int group, long wanted) {
            if (candidates.room() < CodeFormat.GROUP_ROWS) {
                thin();
            }
            MemorySegment body = index.body();
            long scales = index.codes(group) + CodeFormat.scalesOffset(index.space().dimension());
            float width = 2 * codeQuery.slack();
            for (long left = wanted; left != 0; left &= left - 1) {
                int row = Long.numberOfTrailingZeros(left);
                int ordinal = index.ordinal(group, row);
                if (!seen.add(ordinal)) {
                    continue;
                }
                surviving++;
                if (rows.takesPart(ordinal)) {
                    passing++;
                    float upper = bounds[row];
                    float scale = body.get(CodeFormat.FLOAT, scales + 4L * row);
                    candidates.add(upper, upper - width * scale, ordinal);
                }
            }
        }

        /** Compares the most promising candidates now, so that later clusters leave fewer. */
        private void settle() {
            if (candidates.size() > 0) {
                int leave = Math.max(0, candidates.size() - top.limit());
                rescorer.rescore(candidates, rows, codeQuery, query, top, leave);
                threshold = Math.max(threshold, codeQuery.linear(top.threshold()));
            }
        }

        private void thin() {
            float raised = Math.max(threshold, candidates.highestLower(top.limit()));
            candidates.keepFrom(raised);
            int half = (candidates.size() + candidates.room()) / 2;
            rescorer.rescore(candidates, rows, codeQuery, query, top, half);
            threshold = Math.max(raised, codeQuery.linear(top.threshold()));
        }
    }
}
