package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.index.ExampleScan;
import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.ScratchPool;
import io.moraine.storage.internal.index.SearchRows;
import io.moraine.storage.internal.index.Similarity;
import io.moraine.storage.internal.index.TopK;
import io.moraine.storage.internal.index.code.CodeColumn;
import io.moraine.storage.internal.index.code.CodeError;
import io.moraine.storage.internal.index.code.CodeFormat;
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
import io.moraine.storage.model.SearchStoppedException;
import io.moraine.storage.model.VectorSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

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

    /**
     * What a row in a cluster that is scanned costs, times scanning it in a row of codes: each
     * takes 1.4 times as long, and a quarter is passed over.
     */
    private static final double CLUSTER_ROW_COST = 1.05;

    /**
     * Beginning a cluster costs as much as scanning the codes of so many rows: comparing centroids,
     * lines that nobody read before, and a last group that is half empty. Measured 75 with 1,500
     * centroids; more of them do not fit in the cache.
     */
    private static final int CLUSTER_COST = 100;

    /**
     * When fewer of the rows pass a filter, all codes of those that do are scanned: rows that pass
     * may lie far from the query together, in clusters that nobody would look into.
     */
    private static final double CLUSTERS_SHARE_MIN = 0.5;

    /** A second segment of so many rows is worth a second thread, when a processor is idle. */
    static final int HELPED_ROWS_MIN = 20_000;

    /**
     * Groups of codes scanned for one question after the other: a quarter of a typical L2 cache.
     */
    private static final int GROUPS_TOGETHER = 64;

    /** Questions whose tables fit beside those codes, 8 KiB each at 384 dimensions. */
    private static final int QUESTIONS_TOGETHER = 8;

    private final LiveSchema schema;
    private final FilterCache filters = new FilterCache();
    private final List<ScratchPool<SearchScratch>> scratch = new ArrayList<>();

    Searcher(LiveSchema schema) {
        this.schema = schema;
        for (VectorSchema vector : schema.current().vectors()) {
            scratch.add(new ScratchPool<>(() -> SearchScratch.of(vector)));
        }
    }

    /** One question and what answering it needs. */
    private static final class Question {

        private final SearchRequest request;
        private final VectorSchema vector;
        private final float[] query;
        private final SearchScratch scratch;

        Question(SearchRequest request, VectorSchema vector, float[] query, SearchScratch scratch) {
            this.request = request;
            this.vector = vector;
            this.query = query;
            this.scratch = scratch;
        }

        SearchRequest request() {
            return request;
        }

        VectorSchema vector() {
            return vector;
        }

        float[] query() {
            return query;
        }

        SearchScratch scratch() {
            return scratch;
        }

        double recall() {
            return request.effort().recall().orElse(vector.index().recall());
        }
    }

    /** A question whose answer in a segment takes a scan of the codes of some rows. */
    private record CodeScan(
            Question question, FlatSearch flat, CodeColumn codes, FilteredSearch filtered) {

        SearchRows rows() {
            return filtered.rows();
        }
    }

    /**
     * The best hits, best first.
     *
     * @param views the segments, in the order of hits' segment numbers
     */
    List<Hit> search(SegmentView[] views, SearchRequest request) {
        Question question = question(request);
        int[] order = largestFirst(views);
        IdleProcessors.begin();
        try {
            if (order.length > 1 && views[order[1]].rows() >= HELPED_ROWS_MIN) {
                searchHelped(views, order, question);
            } else {
                for (int segment : order) {
                    search(views[segment], segment, question);
                }
            }
        } finally {
            IdleProcessors.end();
        }
        return hits(question);
    }

    /**
     * The best hits of each question. Codes that several questions scan are read from memory once:
     * a stretch that fits the processor's cache is scanned for all of them before the next. Two
     * threads share the questions when a processor is idle.
     */
    List<List<Hit>> searchAll(SegmentView[] views, List<SearchRequest> requests) {
        for (SearchRequest request : requests) {
            check(current(request.slot()), request.query());
        }
        int[] order = largestFirst(views);
        List<List<Hit>> answers = new ArrayList<>(Collections.nCopies(requests.size(), List.of()));
        AtomicInteger next = new AtomicInteger();
        Runnable rest = () -> searchNext(views, order, requests, next, answers);
        IdleProcessors.begin();
        try {
            if (requests.size() > 1) {
                IdleProcessors.runHelped(rest, rest);
            } else {
                rest.run();
            }
        } finally {
            IdleProcessors.end();
        }
        return answers;
    }

    /** Takes the next few questions until there is none; puts each answer in its place. */
    private void searchNext(
            SegmentView[] views,
            int[] order,
            List<SearchRequest> requests,
            AtomicInteger next,
            List<List<Hit>> answers) {
        int size = requests.size();
        int few = Math.min(QUESTIONS_TOGETHER, (size + 1) / 2);
        for (int from = next.getAndAdd(few); from < size; from = next.getAndAdd(few)) {
            List<Question> questions = new ArrayList<>();
            for (SearchRequest request : requests.subList(from, Math.min(size, from + few))) {
                questions.add(question(request));
            }
            searchTogether(views, order, questions);
            for (int i = 0; i < questions.size(); i++) {
                answers.set(from + i, hits(questions.get(i)));
            }
        }
    }

    private void searchTogether(SegmentView[] views, int[] order, List<Question> questions) {
        for (int segment : order) {
            List<CodeScan> scans = new ArrayList<>();
            for (Question question : questions) {
                CodeScan scan = visit(views[segment], segment, question);
                if (scan != null) {
                    scans.add(scan);
                }
            }
            scanTogether(views[segment], scans);
        }
    }

    private Question question(SearchRequest request) {
        VectorSchema vector = current(request.slot());
        check(vector, request.query());
        float[] query = Similarity.prepare(vector.distance(), request.query());
        return new Question(request, vector, query, scratch(request));
    }

    private SearchScratch scratch(SearchRequest request) {
        SearchScratch taken = scratch.get(request.slot()).take();
        taken.top().reset(rowsWanted(request), request.scoreMin());
        return taken;
    }

    private List<Hit> hits(Question question) {
        List<Hit> hits = hits(question.scratch().top(), question.request().limit());
        scratch.get(question.request().slot()).giveBack(question.scratch());
        return hits;
    }

    /** Two threads take the next segment, the largest first, until there is none. */
    private void searchHelped(SegmentView[] views, int[] order, Question question) {
        Question other =
                new Question(
                        question.request(),
                        question.vector(),
                        question.query(),
                        scratch(question.request()));
        AtomicInteger next = new AtomicInteger();
        SharedFloor floor = new SharedFloor();
        IdleProcessors.runHelped(
                () -> searchNext(views, order, next, floor, question),
                () -> searchNext(views, order, next, floor, other));
        question.scratch().top().offerAll(other.scratch().top());
        scratch.get(question.request().slot()).giveBack(other.scratch());
    }

    private void searchNext(
            SegmentView[] views,
            int[] order,
            AtomicInteger next,
            SharedFloor floor,
            Question question) {
        int place = next.getAndIncrement();
        while (place < order.length) {
            floor.exchange(question.scratch().top());
            search(views[order[place]], order[place], question);
            place = next.getAndIncrement();
        }
        floor.exchange(question.scratch().top());
    }

    /** The rows most like some examples, best first, by comparing every row. */
    List<Hit> search(SegmentView[] views, ExampleRequest request, BooleanSupplier stop) {
        VectorSchema vector = current(request.slot());
        request.positive().forEach(example -> check(vector, example));
        request.negative().forEach(example -> check(vector, example));
        ExampleScan scan = ExampleScan.of(request, vector.distance());
        TopK top = new TopK(request.limit(), request.scoreMin());
        for (int segment = 0; segment < views.length; segment++) {
            SegmentView view = views[segment];
            if (view.rows() > 0) {
                RowMask rows =
                        FilteredRows.of(view, view.visible(request.slot()), request.filter(), stop);
                scan.scan(view.vectors(request.slot()), stoppable(rows, stop), segment, top);
            }
        }
        return hits(top, request.limit());
    }

    /** Rows of a scan that is given up when nobody wants its answer any more. */
    private static RowMask stoppable(RowMask rows, BooleanSupplier stop) {
        return block -> {
            if (stop.getAsBoolean()) {
                throw new SearchStoppedException();
            }
            return rows.word(block);
        };
    }

    private void search(SegmentView view, int segment, Question question) {
        CodeScan scan = visit(view, segment, question);
        if (scan != null) {
            scan.flat()
                    .search(
                            scan.codes(),
                            scan.rows(),
                            question.query(),
                            CodeError.deviations(question.recall()),
                            question.scratch().top());
            scan.filtered().release();
        }
    }

    private static void scanTogether(SegmentView view, List<CodeScan> scans) {
        for (CodeScan scan : scans) {
            Question question = scan.question();
            scan.flat().begin(question.query(), CodeError.deviations(question.recall()));
        }
        int groups = CodeFormat.groups(view.rows());
        for (int from = 0; from < groups && !scans.isEmpty(); from += GROUPS_TOGETHER) {
            int to = Math.min(groups, from + GROUPS_TOGETHER);
            for (CodeScan scan : scans) {
                TopK top = scan.question().scratch().top();
                scan.flat().scan(scan.codes(), scan.rows(), from, to, top);
            }
        }
        for (CodeScan scan : scans) {
            scan.flat().settle(scan.rows(), scan.question().scratch().top());
            scan.filtered().release();
        }
    }

    /** Searches a segment, unless its codes are to be scanned: then says which rows. */
    private @Nullable CodeScan visit(SegmentView view, int segment, Question question) {
        if (view.rows() == 0) {
            return null;
        }
        SearchRequest request = question.request();
        IndexOptions options = question.vector().index();
        TopK top = question.scratch().top();
        FilteredSearch filtered = FilteredSearch.of(view, segment, request, filters);
        SearchRows rows = filtered.rows();
        rows.checkStopped();
        FlatSearch flat = question.scratch().flat();
        CodeColumn codes = view.segment().codes(request.slot());
        boolean exact = filtered.few() || isExact(view, request, options, top);
        if (codes == null || flat == null || exact) {
            question.scratch().exact().scan(rows, question.query(), top);
            filtered.release();
            return null;
        }
        ClusterColumn clusters = view.segment().clusters(request.slot());
        IvfSetting setting = clusters == null ? null : clusters.index().setting(question.recall());
        if (clusters != null
                && setting != null
                && options.kind() == IndexKind.IVF
                && filtered.share() >= CLUSTERS_SHARE_MIN
                && isCheaper(clusters, setting, view.rows(), top.limit() / filtered.share())) {
            IvfSearch search = clusters.searches().take();
            search.search(rows, question.query(), setting, top);
            clusters.searches().giveBack(search);
            filtered.release();
            return null;
        }
        return new CodeScan(question, flat, codes, filtered);
    }

    private static boolean isExact(
            SegmentView view, SearchRequest request, IndexOptions options, TopK top) {
        return request.effort().exact()
                || options.kind() == IndexKind.NONE
                || view.rows() <= EXACT_ROWS
                || (long) EXACT_SHARE * top.limit() >= view.rows();
    }

    /**
     * Whether a search by clusters takes less than a scan of all codes.
     *
     * @param wanted rows wanted, divided by the share of rows that pass
     */
    private static boolean isCheaper(
            ClusterColumn clusters, IvfSetting setting, int rows, double wanted) {
        return isCheaper(
                clusters.index().clusters(),
                clusters.index().entries(),
                setting.probes(wanted),
                rows);
    }

    /**
     * The same in numbers.
     *
     * @param clusters how many there are
     * @param entries rows of all clusters together
     * @param probes clusters that would be scanned
     * @param rows rows of the segment
     */
    static boolean isCheaper(int clusters, long entries, int probes, int rows) {
        double scanned = (double) entries * probes / clusters * CLUSTER_ROW_COST;
        return clusters + (double) probes * CLUSTER_COST + scanned < rows;
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
