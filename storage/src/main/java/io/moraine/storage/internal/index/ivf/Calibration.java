package io.moraine.storage.internal.index.ivf;

import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.SearchRows;
import io.moraine.storage.internal.index.TopK;
import io.moraine.storage.internal.index.VectorValues;
import io.moraine.storage.internal.index.code.CodeColumn;
import io.moraine.storage.internal.index.code.CodeEncoder;
import io.moraine.storage.internal.index.code.CodeKernel;
import io.moraine.storage.internal.index.code.CodeQuery;
import io.moraine.storage.internal.index.code.FlatSearch;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Finds out, on rows of the segment itself, how many clusters must be scanned for each recall.
 *
 * <p>For each row of a sample the nearest other rows are found by scanning the codes of all. A true
 * neighbour is missed when neither of its clusters is scanned, so the rank of the better of its two
 * clusters says how many probes it takes. Of the misses a recall allows, a tenth is left to the
 * codes' errors; how many deviations that takes was measured on sentence embeddings. Another part
 * is left to passing over rows that seem too near to their centroid, see {@link
 * IvfSetting#reach10()}.
 */
final class Calibration {

    private static final double[] RECALLS = {0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999};

    /** Rows that are asked for their neighbours. */
    static final int QUERIES = 400;

    /** Of the neighbours of one row, so many are found or missed together. */
    private static final int ALIKE = 3;

    private static final int FEW = 10;
    private static final int MANY = 100;

    /** Of so many rows one is asked for many neighbours. */
    private static final int MANY_EVERY = 2;

    private static final double SHARE_OF_CODES = 0.1;

    /** The part of the misses that the clusters do not get because of what is passed over. */
    private static final double SHARE_OF_REACH = 0.1;

    /**
     * Neighbours that the reach leaves out, for each miss that is allowed. An eighth of them is
     * lost: most are in a second cluster, or in a group with a row that reaches farther.
     */
    private static final double REACH_LEAVES = 0.8;

    /** Of many neighbours as many are asked how far they reach, so many places apart. */
    private static final int REACH_EVERY = MANY / FEW;

    private static final float DEVIATIONS_OF_TRUTH = 2;

    private final IvfIndex index;
    private final CodeColumn codes;
    private final FlatSearch search;
    private final CodeQuery codeQuery;
    private final ClusterRanking ranking;
    private final VectorValues values;
    private final RowMask present;
    private final int[] first;
    private final int[] second;
    private final CodeEncoder encoder;
    private final float[] residual;
    private final long[] fewRanks;
    private final long[] manyRanks;
    private final Reaches fewReaches = new Reaches();
    private final Reaches manyReaches = new Reaches();

    /**
     * @param index complete but for its settings
     * @param values the rows, see {@link IvfBuilder}
     * @param present rows that are to be found
     * @param codes of all rows present, in the index's space
     * @param first a cluster of each row
     * @param second another one, or -1
     */
    Calibration(
            IvfIndex index,
            VectorValues values,
            RowMask present,
            CodeColumn codes,
            int[] first,
            int[] second) {
        CodeKernel kernel = CodeKernel.fastest();
        this.index = index;
        this.codes = codes;
        this.search = new FlatSearch(index.space());
        this.codeQuery = new CodeQuery(index.space(), kernel);
        this.ranking = new ClusterRanking(index, kernel);
        this.values = values;
        this.present = present;
        this.first = first;
        this.second = second;
        this.encoder = new CodeEncoder(index.space());
        this.residual = new float[index.space().dimension()];
        this.fewRanks = new long[index.clusters()];
        this.manyRanks = new long[index.clusters()];
    }

    /**
     * The rows to ask with: of those that k-means has not seen, because centroids fit the others
     * better than they fit a query.
     *
     * @param shuffled rows in random order
     * @param sampled how many of the first ones k-means sees
     */
    static int[] queries(int[] shuffled, int sampled) {
        int from = shuffled.length > sampled ? sampled : 0;
        return Arrays.copyOfRange(shuffled, from, Math.min(shuffled.length, from + QUERIES));
    }

    List<IvfSetting> settings(int[] queries, BooleanSupplier cancelled) {
        for (int i = 0; i < queries.length; i++) {
            IvfBuilder.giveUpIf(cancelled);
            ask(queries[i], i % MANY_EVERY == 0 ? MANY : FEW);
        }
        List<IvfSetting> settings = new ArrayList<>();
        for (double recall : RECALLS) {
            double misses = 1 - recall;
            double ofClusters = 1 - misses * (1 - SHARE_OF_CODES - SHARE_OF_REACH);
            double ofReach = misses * REACH_LEAVES;
            settings.add(
                    new IvfSetting(
                            (float) recall,
                            deviations(misses * SHARE_OF_CODES),
                            probes(fewRanks, ofClusters),
                            probes(manyRanks, ofClusters),
                            fewReaches.leaving(ofReach),
                            manyReaches.leaving(ofReach)));
        }
        return settings;
    }

    /**
     * Notes, for the neighbours of a row, the rank of the first cluster that holds them, and what
     * it takes not to pass over them there.
     *
     * @param wanted neighbours, {@value #FEW} or {@value #MANY}
     */
    private void ask(int ordinal, int wanted) {
        float[] query = new float[values.dimension()];
        MemorySegment.copy(
                values.memory(ordinal),
                IvfFormat.F32,
                values.position(ordinal),
                query,
                0,
                query.length);
        RowMask others =
                block -> {
                    long word = present.word(block);
                    return block == ordinal >>> 6 ? word & ~(1L << ordinal) : word;
                };
        TopK top = new TopK(wanted, Float.NEGATIVE_INFINITY);
        SearchRows rows = SearchRows.of(values, others, 0);
        search.search(codes, rows, query, DEVIATIONS_OF_TRUTH, top);
        top.sort();
        codeQuery.set(query, 0);
        ranking.rank(codeQuery, index.clusters(), 0);
        int[] ranks = ranking.ranks();
        for (int place = 0; place < top.size(); place++) {
            int neighbour = TopK.ordinal(top.row(place));
            int cluster = first[neighbour];
            if (second[neighbour] >= 0 && ranks[second[neighbour]] < ranks[cluster]) {
                cluster = second[neighbour];
            }
            if (place < FEW) {
                fewRanks[ranks[cluster]]++;
                fewReaches.add(reach(neighbour, cluster, worst(top, FEW)));
            }
            if (wanted == MANY) {
                manyRanks[ranks[cluster]]++;
                if (place % REACH_EVERY == REACH_EVERY - 1) {
                    manyReaches.add(reach(neighbour, cluster, worst(top, MANY)));
                }
            }
        }
    }

    private static float worst(TopK top, int count) {
        return top.score(Math.min(top.size(), count) - 1);
    }

    /** The cosine of query and residual that lifts a row of a cluster to a score. */
    private float reach(int ordinal, int cluster, float score) {
        float[] row = encoder.rotate(values.memory(ordinal), values.position(ordinal));
        index.subtractCentroid(cluster, row, residual);
        float base = codeQuery.originBase() + ranking.product(cluster);
        float missing = codeQuery.linear(score) - base - encoder.bias();
        return missing / (encoder.scale(residual) * codeQuery.perScale(1));
    }

    /**
     * Clusters that hold so large a share of the neighbours, and a standard error more of it: half
     * of all indexes would find fewer otherwise than is asked for.
     */
    private int probes(long[] ranks, double wanted) {
        long total = 0;
        for (long count : ranks) {
            total += count;
        }
        double independent = Math.max(1.0, (double) total / ALIKE);
        double error = Math.sqrt(wanted * (1 - wanted) / independent);
        double share = Math.min(wanted + error, 1 - (1 - wanted) / 2);
        long found = 0;
        for (int rank = 0; rank < ranks.length; rank++) {
            found += ranks[rank];
            if (found >= share * total) {
                return rank + 1;
            }
        }
        return ranks.length;
    }

    /** A line through the measured recalls of flat scans at 1, 2 and 2.5 deviations. */
    private static float deviations(double misses) {
        return (float) Math.max(0.5, 1 + 0.83 * Math.log10(0.0264 / misses));
    }

    /** What neighbours needed. */
    private static final class Reaches {

        private final float[] needed = new float[QUERIES * FEW];
        private int size;

        void add(float reach) {
            needed[size++] = reach;
        }

        /**
         * The least reach that leaves out so small a share; infinite when that is less than one.
         */
        float leaving(double share) {
            int left = (int) (share * size);
            if (left == 0) {
                return Float.POSITIVE_INFINITY;
            }
            Arrays.sort(needed, 0, size);
            return needed[size - 1 - left];
        }
    }
}
