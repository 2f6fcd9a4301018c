package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.index.ExampleScan;
import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.ScratchPool;
import io.moraine.storage.internal.index.SearchRows;
import io.moraine.storage.internal.index.Similarity;
import io.moraine.storage.internal.index.TopK;
import io.moraine.storage.internal.index.code.CodeColumn;
import io.moraine.storage.internal.index.code.CodeError;
import io.moraine.storage.internal.index.code.FlatSearch;
import io.moraine.storage.internal.index.ivf.IvfSearch;
import io.moraine.storage.internal.index.ivf.IvfSetting;
import io.moraine.storage.internal.segment.ClusterColumn;
import io.moraine.storage.internal.segment.SegmentView;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.ExampleRequest;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.IndexKind;
import io.moraine.storage.model.IndexOptions;
import io.moraine.storage.model.SearchRequest;
import io.moraine.storage.model.VectorSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the best rows of a shard's segments. Each segment is searched in one of three ways: by
 * comparing all of its rows, by a scan of their codes, or by its clusters. The best rows found so
 * far raise the threshold for all segments that follow, so the largest comes first.
 *
 * <p>Whichever way it is, each row of a segment is looked at once, and a row that is found carries
 * its exact score. Safe for use by several threads.
 */
final class Searcher {

    /** Comparing so few rows costs less than preparing tables for a scan of their codes. */
    private static final int EXACT_ROWS = 256;

    /** When so large a share of the rows is wanted, estimates spare hardly any comparison. */
    private static final int EXACT_SHARE = 4;

    /** What scanning a row's code in a cluster costs, times scanning it in a row of codes. */
    private static final double CLUSTER_ROW_COST = 1.4;

    /**
     * When fewer of the rows pass a filter, all codes of those that do are scanned: rows that pass
     * may lie far from the query together, in clusters that nobody would look into.
     */
    private static final double CLUSTERS_SHARE_MIN = 0.5;

    private final LiveSchema schema;
    private final FilterCache filters = new FilterCache();
    private final List<ScratchPool<SearchScratch>> scratch = new ArrayList<>();

    Searcher(LiveSchema schema) {
        this.schema = schema;
        for (VectorSchema vector : schema.current().vectors()) {
            scratch.add(new ScratchPool<>(() -> SearchScratch.of(vector)));
        }
    }

    /**
     * The best hits, best first.
     *
     * @param views the segments, in the order of hits' segment numbers
     */
    List<Hit> search(SegmentView[] views, SearchRequest request) {
        VectorSchema vector = current(request.slot());
        check(vector, request.query());
        ScratchPool<SearchScratch> pool = scratch.get(request.slot());
        SearchScratch mine = pool.take();
        mine.top().reset(rowsWanted(request), request.scoreMin());
        float[] query = Similarity.prepare(vector.distance(), request.query());
        for (int segment : largestFirst(views)) {
            search(views[segment], segment, request, vector.index(), query, mine);
        }
        List<Hit> hits = hits(mine.top(), request.limit());
        pool.giveBack(mine);
        return hits;
    }

    /** The rows most like some examples, best first, by comparing every row. */
    List<Hit> search(SegmentView[] views, ExampleRequest request) {
        VectorSchema vector = current(request.slot());
        request.positive().forEach(example -> check(vector, example));
        request.negative().forEach(example -> check(vector, example));
        ExampleScan scan = ExampleScan.of(request, vector.distance());
        TopK top = new TopK(request.limit(), request.scoreMin());
        for (int segment = 0; segment < views.length; segment++) {
            SegmentView view = views[segment];
            if (view.rows() > 0) {
                RowMask rows =
                        FilteredRows.of(view, view.visible(request.slot()), request.filter());
                scan.scan(view.vectors(request.slot()), rows, segment, top);
            }
        }
        return hits(top, request.limit());
    }

    private void search(
            SegmentView view,
            int segment,
            SearchRequest request,
            IndexOptions options,
            float[] query,
            SearchScratch scratch) {
        if (view.rows() == 0) {
            return;
        }
        FilteredSearch filtered = FilteredSearch.of(view, segment, request, filters);
        SearchRows rows = filtered.rows();
        rows.checkStopped();
        CodeColumn codes = view.segment().codes(request.slot());
        FlatSearch flat = scratch.flat();
        TopK top = scratch.top();
        boolean exact = filtered.few() || isExact(view, request, options, top);
        if (codes == null || flat == null || exact) {
            scratch.exact().scan(rows, query, top);
            return;
        }
        double recall = request.effort().recall().orElse(options.recall());
        ClusterColumn clusters = view.segment().clusters(request.slot());
        IvfSetting setting = clusters == null ? null : clusters.index().setting(recall);
        if (clusters != null
                && setting != null
                && options.kind() == IndexKind.IVF
                && filtered.share() >= CLUSTERS_SHARE_MIN
                && isCheaper(clusters, setting, view.rows(), top.limit() / filtered.share())) {
            IvfSearch search = clusters.searches().take();
            search.search(rows, query, setting, top);
            clusters.searches().giveBack(search);
        } else {
            flat.search(codes, rows, query, CodeError.deviations(recall), top);
        }
    }

    private static boolean isExact(
            SegmentView view, SearchRequest request, IndexOptions options, TopK top) {
        return request.effort().exact()
                || options.kind() == IndexKind.NONE
                || view.rows() <= EXACT_ROWS
                || (long) EXACT_SHARE * top.limit() >= view.rows();
    }

    /**
     * Whether a search by clusters looks at fewer rows than a scan of all codes.
     *
     * @param wanted rows wanted, divided by the share of rows that pass
     */
    private static boolean isCheaper(
            ClusterColumn clusters, IvfSetting setting, int rows, double wanted) {
        double share = (double) setting.probes(wanted) / clusters.index().clusters();
        double scanned = clusters.index().entries() * share * CLUSTER_ROW_COST;
        return clusters.index().clusters() + scanned < rows;
    }

    private static int rowsWanted(SearchRequest request) {
        double wanted = Math.ceil(request.limit() * request.effort().oversampling());
        return (int) Math.min(wanted, Integer.MAX_VALUE - 8);
    }

    private static int[] largestFirst(SegmentView[] views) {
        int[] order = new int[views.length];
        for (int i = 0; i < order.length; i++) {
            int at = i;
            while (at > 0 && views[order[at - 1]].rows() < views[i].rows()) {
                order[at] = order[at - 1];
                at--;
            }
            order[at] = i;
        }
        return order;
    }

    static List<Hit> hits(TopK top, int limit) {
        top.sort();
        int count = Math.min(top.size(), limit);
        List<Hit> hits = new ArrayList<>(count);
        for (int place = 0; place < count; place++) {
            long row = top.row(place);
            hits.add(new Hit(top.score(place), TopK.segment(row), TopK.ordinal(row)));
        }
        return hits;
    }

    private VectorSchema current(int slot) {
        CollectionSchema current = schema.current();
        if (slot < 0 || slot >= current.vectors().size()) {
            throw new IllegalArgumentException(
                    "no vector slot %d; the schema has %d"
                            .formatted(slot, current.vectors().size()));
        }
        return current.vector(slot);
    }

    private static void check(VectorSchema vector, float[] query) {
        if (query.length != vector.size()) {
            throw new IllegalArgumentException(
                    "wrong query dimension: expected %d, got %d"
                            .formatted(vector.size(), query.length));
        }
        for (float component : query) {
            if (!Float.isFinite(component)) {
                throw new IllegalArgumentException("query component is not finite: " + component);
            }
        }
    }
}
