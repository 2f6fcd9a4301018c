package io.moraine.storage.internal.index.ivf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.index.ChunkedValues;
import io.moraine.storage.internal.index.ExactScan;
import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.SearchRows;
import io.moraine.storage.internal.index.Similarity;
import io.moraine.storage.internal.index.TopK;
import io.moraine.storage.internal.index.VectorValues;
import io.moraine.storage.internal.index.code.CodeKernel;
import io.moraine.storage.internal.index.code.CodeQuery;
import io.moraine.storage.model.Distance;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IvfIndexTest {

    private static final int DIMENSION = 72;
    private static final int ROWS = 2000;
    private static final IvfParameters PARAMETERS = new IvfParameters(40, 1000, 3, 1, 11);

    private final Arena arena = Arena.ofShared();
    private final Random random = new Random(12);
    private final float[][] centers = centers();

    @AfterEach
    void free() {
        arena.close();
    }

    @ParameterizedTest
    @EnumSource(value = Distance.class, mode = EnumSource.Mode.EXCLUDE, names = "MANHATTAN")
    void reachesTheRecallItWasCalibratedFor(Distance distance) {
        VectorValues values = rows(distance, ROWS);
        IvfIndex index = build(values, RowMask.ALL, distance);
        IvfSearch search = new IvfSearch(index);
        for (double recall : new double[] {0.9, 0.99}) {
            int found = 0;
            for (int i = 0; i < 40; i++) {
                float[] query = Similarity.prepare(distance, vector());
                TopK top = new TopK(10, Float.NEGATIVE_INFINITY);
                search.search(all(values), query, index.setting(recall), top);
                found += common(exact(values, RowMask.ALL, distance, query, 10), top);
            }
            assertTrue(found >= 400 * (recall - 0.03), distance + " " + recall + ": " + found);
        }
    }

    @Test
    void holdsEveryRowThatIsPresentAndNoOther() {
        VectorValues values = rows(Distance.EUCLID, 1000);
        RowMask present = block -> block == 3 ? 0 : 0x7fff_ffff_ffff_fffeL;
        IvfIndex index = build(values, present, Distance.EUCLID);
        TopK top = new TopK(ROWS, Float.NEGATIVE_INFINITY);
        float[] query = vector();
        IvfSetting all = wholeClusters(1, 4, index.clusters());
        new IvfSearch(index).search(all(values), query, all, top);
        TopK expected = exact(values, present, Distance.EUCLID, query, ROWS);
        assertEquals(expected.size(), top.size());
        assertEquals(expected.size(), common(expected, top));
    }

    @Test
    void returnsAsManyRowsAsMatchHoweverFewDo() {
        VectorValues values = rows(Distance.COSINE, ROWS);
        IvfIndex index = build(values, RowMask.ALL, Distance.COSINE);
        IvfSearch search = new IvfSearch(index);
        IvfSetting quick = wholeClusters(0.5f, 0, 1);
        for (int matching : new int[] {0, 1, 7, 10, 40}) {
            Set<Integer> ordinals = new HashSet<>();
            while (ordinals.size() < matching) {
                ordinals.add(random.nextInt(ROWS));
            }
            long[] words = new long[RowMask.blocks(ROWS)];
            ordinals.forEach(ordinal -> words[ordinal >>> 6] |= 1L << ordinal);
            RowMask mask = block -> words[block];
            float[] query = Similarity.prepare(Distance.COSINE, vector());
            TopK top = new TopK(10, Float.NEGATIVE_INFINITY);
            search.search(SearchRows.of(values, mask, 0), query, quick, top);
            assertEquals(Math.min(10, matching), top.size());
            top.sort();
            for (int place = 0; place < top.size(); place++) {
                assertTrue(ordinals.contains(TopK.ordinal(top.row(place))));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Distance.class, mode = EnumSource.Mode.EXCLUDE, names = "MANHATTAN")
    void ranksClustersByTheirCentroids(Distance distance) {
        IvfIndex index = build(rows(distance, ROWS), RowMask.ALL, distance);
        int clusters = index.clusters();
        ClusterRanking ranking = new ClusterRanking(index, CodeKernel.fastest());
        CodeQuery query = new CodeQuery(index.space(), CodeKernel.fastest());
        int few = 8;
        int common = 0;
        for (int i = 0; i < 40; i++) {
            query.set(Similarity.prepare(distance, vector()), 1);
            ranking.rank(query, clusters, clusters);
            assertEquals(clusters, ranking.size());
            double before = Double.POSITIVE_INFINITY;
            Set<Integer> best = new HashSet<>();
            for (int place = 0; place < clusters; place++) {
                int cluster = ranking.cluster(place);
                float[] centroid = centroid(index, cluster);
                double product = product(query.rotated(), centroid);
                assertEquals(product, ranking.product(cluster), 1e-4 * (1 + Math.abs(product)));
                double square = product(centroid, centroid);
                double rank = distance == Distance.EUCLID ? product - square / 2 : product;
                assertTrue(rank <= before + 1e-3, distance + " " + place);
                before = rank;
                if (place < few) {
                    best.add(cluster);
                }
            }
            ranking.rank(query, few, 0);
            assertEquals(few, ranking.size());
            for (int place = 0; place < few; place++) {
                common += best.contains(ranking.cluster(place)) ? 1 : 0;
            }
        }
        assertTrue(common > 0.8 * 40 * few, distance + ": " + common);
    }

    private static float[] centroid(IvfIndex index, int cluster) {
        float[] centroid = new float[DIMENSION];
        index.subtractCentroid(cluster, new float[DIMENSION], centroid);
        for (int i = 0; i < DIMENSION; i++) {
            centroid[i] = -centroid[i];
        }
        return centroid;
    }

    private static double product(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < DIMENSION; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }

    @Test
    void ranksAsManyClustersAsAreWantedWhenAllAreEqual() {
        float[][] rows = new float[300][];
        java.util.Arrays.fill(rows, vector());
        VectorValues values = new ChunkedValues(arena, rows, rows.length);
        IvfParameters many = new IvfParameters(200, 300, 1, -1, 11);
        IvfIndex index =
                new IvfBuilder(values, RowMask.ALL, many, () -> false).build(Distance.DOT, arena);
        ClusterRanking ranking = new ClusterRanking(index, CodeKernel.fastest());
        CodeQuery query = new CodeQuery(index.space(), CodeKernel.fastest());
        query.set(vector(), 1);
        for (int count : new int[] {1, 3, 100, 200}) {
            ranking.rank(query, count, 1);
            assertEquals(count, ranking.size());
        }
    }

    /** Their squares are beyond the largest float, so hardly any estimate is a number. */
    @Test
    void buildsFromRowsTooLongToBeSquared() {
        float[][] rows = new float[400][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = vector();
            for (int j = 0; j < DIMENSION; j++) {
                rows[i][j] *= 1e25f;
            }
        }
        VectorValues values = new ChunkedValues(arena, rows, rows.length);
        IvfParameters many = new IvfParameters(100, 300, 1, 1, 11);
        IvfIndex index =
                new IvfBuilder(values, RowMask.ALL, many, () -> false).build(Distance.DOT, arena);
        TopK top = new TopK(5, Float.NEGATIVE_INFINITY);
        new IvfSearch(index)
                .search(SearchRows.of(values, RowMask.ALL, 0), vector(), index.setting(0.9), top);
        assertEquals(5, top.size());
    }

    @Test
    void ordersTheRowsOfAClusterByWhatTheyCanAdd() {
        VectorValues values = rows(Distance.EUCLID, ROWS);
        IvfIndex index = build(values, RowMask.ALL, Distance.EUCLID);
        float perScale = CodeQuery.perScale(ClusterOrder.USUAL_REACH, index.length(), DIMENSION);
        int compared = 0;
        for (int cluster = 0; cluster < index.clusters(); cluster++) {
            int group = index.firstGroup(cluster);
            float before = Float.POSITIVE_INFINITY;
            for (int row = 0; row < index.clusterRows(cluster); row++) {
                float ceiling = index.ceiling(group + row / 64, row % 64, perScale);
                if (row % 64 == 0) {
                    assertEquals(ceiling, index.ceiling(group + row / 64, perScale));
                }
                assertTrue(ceiling <= before + 1e-3f, cluster + " " + row);
                before = ceiling;
                compared++;
            }
        }
        assertEquals(index.entries(), compared);
        assertEquals(2 * ROWS, compared);
    }

    @Test
    void passesOverRowsThatCannotReachTheThreshold() {
        VectorValues values = rows(Distance.COSINE, ROWS);
        IvfIndex index = build(values, RowMask.ALL, Distance.COSINE);
        IvfSearch search = new IvfSearch(index);
        IvfSetting calibrated = index.setting(0.9);
        float deviations = calibrated.deviations();
        int clusters = index.clusters();
        IvfSetting whole = wholeClusters(1, deviations, clusters);
        float reach = calibrated.reach10();
        IvfSetting reaching = new IvfSetting(1, deviations, clusters, clusters, reach, reach);
        IvfSetting none = new IvfSetting(1, deviations, clusters, clusters, -1, -1);
        assertTrue(calibrated.reach10() < 1, calibrated::toString);
        long[] scanned = new long[3];
        for (int i = 0; i < 40; i++) {
            float[] query = Similarity.prepare(Distance.COSINE, vector());
            int kind = 0;
            for (IvfSetting setting : List.of(whole, reaching, none)) {
                TopK top = new TopK(10, Float.NEGATIVE_INFINITY);
                long before = search.scanned();
                search.search(all(values), query, setting, top);
                scanned[kind++] += search.scanned() - before;
                assertEquals(10, top.size(), "as many as are wanted, whatever is passed over");
            }
        }
        assertTrue(scanned[1] < scanned[0], scanned[1] + " of " + scanned[0]);
        assertTrue(scanned[2] < scanned[1], scanned[2] + " of " + scanned[1]);
    }

    @Test
    void passesOverNothingForAQueryOfAnUnusualLength() {
        VectorValues values = rows(Distance.DOT, ROWS);
        IvfIndex index = build(values, RowMask.ALL, Distance.DOT);
        IvfSearch search = new IvfSearch(index);
        int clusters = index.clusters();
        IvfSetting none = new IvfSetting(1, 2, clusters, clusters, -1, -1);
        for (float factor : new float[] {0.01f, 1, 100}) {
            float[] query = vector();
            for (int i = 0; i < DIMENSION; i++) {
                query[i] *= factor;
            }
            long before = search.scanned();
            search.search(all(values), query, none, new TopK(10, Float.NEGATIVE_INFINITY));
            long scanned = search.scanned() - before;
            assertEquals(factor != 1, scanned == index.entries(), factor + ": " + scanned);
        }
    }

    @Test
    void reachIsALineThroughWhatWasMeasuredAndEndsThere() {
        IvfSetting setting = new IvfSetting(0.9f, 1, 10, 20, 0.5f, 0.3f);
        assertEquals(0.5, setting.reach(10), 1e-6);
        assertEquals(0.3, setting.reach(100), 1e-6);
        assertEquals(0.7, setting.reach(1), 1e-6);
        assertEquals(Double.POSITIVE_INFINITY, setting.reach(101));
        assertEquals(
                Double.POSITIVE_INFINITY,
                new IvfSetting(0.999f, 1, 10, 20, 0.5f, Float.POSITIVE_INFINITY).reach(10));
    }

    @Test
    void isTheSameBytesForTheSameRows() {
        VectorValues values = rows(Distance.DOT, 700);
        IvfIndex one = build(values, RowMask.ALL, Distance.DOT);
        IvfIndex other = build(values, RowMask.ALL, Distance.DOT);
        assertEquals(-1, one.body().mismatch(other.body()));
    }

    @Test
    void indexesASingleRowAndManyEqualOnes() {
        for (int size : new int[] {1, 300}) {
            float[] same = vector();
            float[][] rows = new float[size][];
            java.util.Arrays.fill(rows, same);
            VectorValues values = new ChunkedValues(arena, rows, rows.length);
            IvfIndex index = build(values, RowMask.ALL, Distance.EUCLID);
            TopK top = new TopK(10, Float.NEGATIVE_INFINITY);
            new IvfSearch(index).search(all(values), vector(), index.setting(0.95), top);
            assertEquals(Math.min(10, size), top.size());
        }
    }

    @Test
    void refusesToBuildWithoutClustersOrRounds() {
        assertThrows(IllegalArgumentException.class, () -> new IvfParameters(0, 1000, 3, 1, 11));
        assertThrows(IllegalArgumentException.class, () -> new IvfParameters(40, 1000, 0, 1, 11));
    }

    @Test
    void stopsBuildingWhenCancelled() {
        VectorValues values = rows(Distance.DOT, 100);
        IvfBuilder builder = new IvfBuilder(values, RowMask.ALL, PARAMETERS, () -> true);
        assertThrows(CancellationException.class, () -> builder.build(Distance.DOT, arena));
    }

    @Test
    void refusesBytesOfAnotherVersionOrLength() {
        IvfIndex index = build(rows(Distance.DOT, 100), RowMask.ALL, Distance.DOT);
        MemorySegment body = index.body();
        assertThrows(
                IllegalArgumentException.class,
                () -> IvfIndex.of(body.asSlice(0, body.byteSize() - 64)));
        body.set(IvfFormat.I32, IvfFormat.VERSION_AT, 1);
        assertThrows(IllegalArgumentException.class, () -> IvfIndex.of(body));
    }

    private static SearchRows all(VectorValues values) {
        return SearchRows.of(values, RowMask.ALL, 0);
    }

    private IvfIndex build(VectorValues values, RowMask present, Distance distance) {
        return new IvfBuilder(values, present, PARAMETERS, () -> false).build(distance, arena);
    }

    private float[][] centers() {
        float[][] made = new float[40][DIMENSION];
        for (float[] center : made) {
            for (int i = 0; i < DIMENSION; i++) {
                center[i] = 0.5f + (float) random.nextGaussian();
            }
        }
        return made;
    }

    private float[] vector() {
        float[] vector = centers[random.nextInt(centers.length)].clone();
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] += (float) random.nextGaussian();
        }
        return vector;
    }

    private VectorValues rows(Distance distance, int count) {
        float[][] rows = new float[count][];
        for (int row = 0; row < count; row++) {
            rows[row] = Similarity.prepare(distance, vector());
        }
        return new ChunkedValues(arena, rows, rows.length);
    }

    private static TopK exact(
            VectorValues values, RowMask mask, Distance distance, float[] query, int limit) {
        TopK top = new TopK(limit, Float.NEGATIVE_INFINITY);
        new ExactScan(Similarity.of(distance)).scan(SearchRows.of(values, mask, 0), query, top);
        return top;
    }

    private static int common(TopK expected, TopK actual) {
        expected.sort();
        actual.sort();
        Set<Long> rows = new HashSet<>();
        for (int place = 0; place < actual.size(); place++) {
            assertTrue(rows.add(actual.row(place)), "a row was offered twice");
        }
        int common = 0;
        for (int place = 0; place < expected.size(); place++) {
            common += rows.contains(expected.row(place)) ? 1 : 0;
        }
        return common;
    }

    /** A setting that scans every row of so many clusters. */
    private static IvfSetting wholeClusters(float recall, float deviations, int probes) {
        float anyReach = Float.POSITIVE_INFINITY;
        return new IvfSetting(recall, deviations, probes, probes, anyReach, anyReach);
    }
}
