package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.index.SearchRows;
import io.moraine.storage.internal.index.TopK;
import io.moraine.storage.internal.index.code.CodeColumn;
import io.moraine.storage.internal.index.code.CodeError;
import io.moraine.storage.internal.index.code.CodeFormat;
import io.moraine.storage.internal.index.code.FlatSearch;
import io.moraine.storage.internal.index.ivf.IvfSearch;
import io.moraine.storage.internal.index.ivf.IvfSetting;
import io.moraine.storage.internal.segment.ClusterColumn;
import io.moraine.storage.internal.segment.SegmentView;
import io.moraine.storage.model.IndexKind;
import io.moraine.storage.model.IndexOptions;
import io.moraine.storage.model.SearchRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the best rows of one segment in one of three ways: by comparing all of its rows, by a scan
 * of their codes, or by its clusters. Whichever way it is, each row is looked at once, and a row
 * that is found carries its exact score. Safe for use by several threads.
 */
final class SegmentSearch {

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

    /**
     * Groups of codes scanned for one question after the other: a quarter of a typical L2 cache.
     */
    private static final int GROUPS_TOGETHER = 64;

    private final FilterCache filters = new FilterCache();

    /** A question whose answer in a segment takes a scan of the codes of some rows. */
    private record CodeScan(
            Question question, FlatSearch flat, CodeColumn codes, FilteredSearch filtered) {

        SearchRows rows() {
            return filtered.rows();
        }

        void begin() {
            flat.begin(question.query(), CodeError.deviations(question.recall()));
        }

        void scan(int fromGroup, int toGroup) {
            flat.scan(codes, rows(), fromGroup, toGroup, question.top());
        }

        void settle() {
            flat.settle(rows(), question.top());
            filtered.release();
        }
    }

    /**
     * Whether looking at some rows of a segment after others costs no more than looking at all:
     * clusters are ranked, and a filter is decided, for all of them.
     */
    static boolean isDivisible(SegmentView view, Question question) {
        SearchRequest request = question.request();
        return request.filter().isAll()
                && (request.effort().exact()
                        || question.vector().index().kind() != IndexKind.IVF
                        || view.segment().clusters(request.slot()) == null);
    }

    /**
     * Offers the best of some rows of a segment to the question.
     *
     * @param segment the segment's number in hits
     * @param fromRow the first row, a multiple of {@value CodeFormat#GROUP_ROWS}
     * @param toRow the row behind the last, a multiple of that or the end of the segment. Unless
     *     these are all rows, clusters are left alone, also those that came after {@link
     *     #isDivisible} was asked: they know all rows only
     */
    void search(SegmentView view, int segment, int fromRow, int toRow, Question question) {
        CodeScan scan = visit(view, segment, fromRow, toRow, question);
        if (scan != null) {
            scan.begin();
            scan.scan(fromRow / CodeFormat.GROUP_ROWS, CodeFormat.groups(toRow));
            scan.settle();
        }
    }

    /**
     * Offers the best rows of a segment to each of some questions. Codes that several questions
     * scan are read from memory once: a stretch that fits the processor's cache is scanned for all
     * of them before the next.
     */
    void searchTogether(SegmentView view, int segment, List<Question> questions) {
        List<CodeScan> scans = new ArrayList<>();
        for (Question question : questions) {
            CodeScan scan = visit(view, segment, 0, view.rows(), question);
            if (scan != null) {
                scans.add(scan);
            }
        }
        scans.forEach(CodeScan::begin);
        int groups = CodeFormat.groups(view.rows());
        for (int from = 0; from < groups && !scans.isEmpty(); from += GROUPS_TOGETHER) {
            int to = Math.min(groups, from + GROUPS_TOGETHER);
            for (CodeScan scan : scans) {
                scan.scan(from, to);
            }
        }
        scans.forEach(CodeScan::settle);
    }

    /**
     * Searches some rows of a segment, unless their codes are to be scanned: then says which rows.
     */
    private @Nullable CodeScan visit(
            SegmentView view, int segment, int fromRow, int toRow, Question question) {
        if (fromRow == toRow) {
            return null;
        }
        SearchRequest request = question.request();
        IndexOptions options = question.vector().index();
        TopK top = question.top();
        FilteredSearch filtered = FilteredSearch.of(view, segment, request, filters);
        SearchRows rows = filtered.rows();
        rows.checkStopped();
        FlatSearch flat = question.scratch().flat();
        CodeColumn codes = view.segment().codes(request.slot());
        boolean exact = filtered.few() || isExact(view, request, options, top);
        if (codes == null || flat == null || exact) {
            question.scratch().exact().scan(rows, fromRow, toRow, question.query(), top);
            filtered.release();
            return null;
        }
        boolean whole = fromRow == 0 && toRow == view.rows();
        ClusterColumn clusters = whole ? view.segment().clusters(request.slot()) : null;
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
}
