package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.index.ExampleScan;
import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.ScratchPool;
import io.moraine.storage.internal.index.Similarity;
import io.moraine.storage.internal.index.TopK;
import io.moraine.storage.internal.segment.SegmentView;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.ExampleRequest;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.SearchRequest;
import io.moraine.storage.model.SearchStoppedException;
import io.moraine.storage.model.VectorSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Finds the best rows of a shard's segments, see {@link SegmentSearch}. The best rows found so far
 * raise the threshold for all segments that follow, so the largest comes first. Safe for use by
 * several threads.
 */
final class Searcher {

    /** A second segment of so many rows is worth a second thread, when a processor is idle. */
    static final int HELPED_ROWS_MIN = 20_000;

    /** Questions whose tables fit beside those codes, 8 KiB each at 384 dimensions. */
    private static final int QUESTIONS_TOGETHER = 8;

    private final LiveSchema schema;
    private final SegmentSearch segments = new SegmentSearch();
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
     * @param set what the views are of; held by the caller
     * @param views the segments, in the order of hits' segment numbers
     */
    List<Hit> search(SegmentSet set, SegmentView[] views, SearchRequest request) {
        Question question = question(request);
        int[] order = largestFirst(views);
        IdleProcessors.begin();
        try {
            if (order.length > 1 && views[order[1]].rows() >= HELPED_ROWS_MIN) {
                return searchHelped(set, views, order, question);
            }
            for (int segment : order) {
                segments.search(views[segment], segment, 0, views[segment].rows(), question);
            }
            return hits(question);
        } finally {
            IdleProcessors.end();
        }
    }

    /**
     * The best hits of each question. Codes that several questions scan are read from memory once:
     * a stretch that fits the processor's cache is scanned for all of them before the next. Two
     * threads share the questions when a processor is idle.
     */
    List<List<Hit>> searchAll(SegmentSet set, SegmentView[] views, List<SearchRequest> requests) {
        for (SearchRequest request : requests) {
            check(current(request.slot()), request.query());
        }
        if (requests.isEmpty()) {
            return List.of();
        }
        int[] order = largestFirst(views);
        List<List<Hit>> answers = new ArrayList<>(Collections.nCopies(requests.size(), List.of()));
        int few = Math.min(QUESTIONS_TOGETHER, (requests.size() + 1) / 2);
        SharedWork work = new SharedWork((requests.size() + few - 1) / few);
        IdleProcessors.begin();
        try {
            work.run(
                    set,
                    new Batch(views, order, requests, few, answers, work),
                    () -> new Batch(views, order, requests, few, answers, work));
        } finally {
            IdleProcessors.end();
        }
        return answers;
    }

    /** A worker whose units are a few of several questions each. */
    private final class Batch implements SharedWork.Worker {

        private final SegmentView[] views;
        private final int[] order;
        private final List<SearchRequest> requests;
        private final int few;
        private final List<List<Hit>> answers;
        private final SharedWork work;

        Batch(
                SegmentView[] views,
                int[] order,
                List<SearchRequest> requests,
                int few,
                List<List<Hit>> answers,
                SharedWork work) {
            this.views = views;
            this.order = order;
            this.requests = requests;
            this.few = few;
            this.answers = answers;
            this.work = work;
        }

        @Override
        public Runnable work(int unit) {
            int from = unit * few;
            int to = Math.min(requests.size(), from + few);
            List<Question> questions = new ArrayList<>();
            for (SearchRequest request : requests.subList(from, to)) {
                questions.add(question(request).unless(work::isOver));
            }
            for (int segment : order) {
                segments.searchTogether(views[segment], segment, questions);
            }
            List<List<Hit>> found = questions.stream().map(Searcher.this::hits).toList();
            return () -> Collections.copy(answers.subList(from, to), found);
        }

        @Override
        public void end() {
            // Each unit gave back what it took.
        }
    }

    /** Two threads take the next piece of a segment, the largest segment first. */
    private List<Hit> searchHelped(
            SegmentSet set, SegmentView[] views, int[] order, Question question) {
        SearchPieces pieces = new SearchPieces(views, order, question);
        SharedWork work = new SharedWork(pieces.count());
        SharedFloor floor = new SharedFloor();
        TopK best = new TopK(question.rowsWanted(), question.request().scoreMin());
        Question stoppable = question.unless(work::isOver);
        work.run(
                set,
                new Pieces(pieces, floor, stoppable, best),
                () ->
                        new Pieces(
                                pieces,
                                floor,
                                stoppable.with(scratch.get(question.request().slot()).take()),
                                best));
        return hits(best, question.request().limit());
    }

    /** A worker whose units are pieces of segments. */
    private final class Pieces implements SharedWork.Worker {

        private final SearchPieces pieces;
        private final SharedFloor floor;
        private final Question question;
        private final TopK best;

        /**
         * @param best receives the best rows of all pieces
         */
        Pieces(SearchPieces pieces, SharedFloor floor, Question question, TopK best) {
            this.pieces = pieces;
            this.floor = floor;
            this.question = question;
            this.best = best;
        }

        @Override
        public Runnable work(int piece) {
            int segment = pieces.segment(piece);
            int fromRow = pieces.fromRow(piece);
            int toRow = pieces.toRow(piece);
            floor.exchange(question.top());
            segments.search(pieces.view(piece), segment, fromRow, toRow, question);
            return () -> {
                best.offerAll(question.top(), TopK.row(segment, fromRow), TopK.row(segment, toRow));
                floor.exchange(best);
            };
        }

        @Override
        public void end() {
            giveBack(question);
        }
    }

    private Question question(SearchRequest request) {
        VectorSchema vector = current(request.slot());
        check(vector, request.query());
        float[] query = Similarity.prepare(vector.distance(), request.query());
        SearchScratch taken = scratch.get(request.slot()).take();
        Question question = new Question(request, vector, query, taken);
        taken.top().reset(question.rowsWanted(), request.scoreMin());
        return question;
    }

    private List<Hit> hits(Question question) {
        List<Hit> hits = hits(question.top(), question.request().limit());
        giveBack(question);
        return hits;
    }

    private void giveBack(Question question) {
        scratch.get(question.request().slot()).giveBack(question.scratch());
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
