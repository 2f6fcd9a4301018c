package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.segment.IdOrder;
import io.moraine.storage.internal.segment.SegmentView;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.ListRequest;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.PointIdOrder;
import io.moraine.storage.model.SearchStoppedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * The first points of some segments in the order of their ids. Goes through the segments' orders
 * side by side from where the page starts, so a page costs what it holds, not what the shard holds.
 * Only when an index says that few points pass a filter are those looked at instead.
 */
final class IdPage {

    private static final int STOP_CHECK_MASK = 0x3f;

    private final List<SegmentView> views;
    private final ListRequest request;
    private final BooleanSupplier stop;
    private final List<RowMask> passing = new ArrayList<>();

    /**
     * @param views in the order of hits' segment numbers
     * @param stop gives the listing up
     */
    IdPage(List<SegmentView> views, ListRequest request, BooleanSupplier stop) {
        this.views = views;
        this.request = request;
        this.stop = stop;
        for (SegmentView view : views) {
            passing.add(FilteredRows.of(view, view.visible(), request.filter(), stop));
        }
    }

    List<Hit> hits() {
        return isRare() ? ofFew() : inOrder();
    }

    /**
     * With n points of which p may pass, going through the order meets a point that passes every
     * n/p steps, and looking at those that may pass takes p.
     */
    private boolean isRare() {
        double points = 0;
        double possible = 0;
        for (int i = 0; i < views.size(); i++) {
            SegmentView view = views.get(i);
            points += view.rows();
            if (!(passing.get(i) instanceof FilteredRows rows && rows.isIndexed())) {
                possible += view.rows();
                continue;
            }
            RowMask mask = rows.possible();
            for (int block = 0; block < RowMask.blocks(view.rows()); block++) {
                possible += Long.bitCount(mask.word(block));
            }
        }
        return possible * possible < request.limit() * points;
    }

    private List<Hit> ofFew() {
        FirstById first = new FirstById(request);
        for (int i = 0; i < views.size(); i++) {
            SegmentView view = views.get(i);
            for (int block = 0; block < RowMask.blocks(view.rows()); block++) {
                first.offer(view.segment(), i, block, passing.get(i).word(block));
            }
        }
        return first.hits();
    }

    private List<Hit> inOrder() {
        PriorityQueue<Cursor> smallestFirst =
                new PriorityQueue<>(Comparator.comparing(Cursor::id, PointIdOrder.INSTANCE));
        for (int i = 0; i < views.size(); i++) {
            IdOrder order = views.get(i).segment().idOrder();
            for (int[] run : order.runs(views.get(i).rows())) {
                int from = request.from().map(id -> order.firstFrom(run, id)).orElse(0);
                new Cursor(i, run, from).into(smallestFirst);
            }
        }
        List<Hit> hits = new ArrayList<>();
        for (int steps = 0; hits.size() < request.limit(); steps++) {
            Cursor smallest = smallestFirst.poll();
            if (smallest == null) {
                break;
            }
            if ((steps & STOP_CHECK_MASK) == STOP_CHECK_MASK && stop.getAsBoolean()) {
                throw new SearchStoppedException();
            }
            if (smallest.passes()) {
                hits.add(new Hit(0, smallest.segment, smallest.row()));
            }
            smallest.next().into(smallestFirst);
        }
        return hits;
    }

    /** A place in one run of one segment's order. */
    private final class Cursor {

        private final int segment;
        private final SegmentView view;
        private final int[] run;
        private final int at;
        private PointId id = PointId.of(0);

        /** At the first row from a place on that may be on the page. */
        Cursor(int segment, int[] run, int from) {
            this.segment = segment;
            this.view = views.get(segment);
            this.run = run;
            int place = from;
            while (place < run.length && !mayPass(run[place])) {
                place++;
            }
            at = place;
        }

        /** Joins the others unless it is at its end. */
        void into(PriorityQueue<Cursor> cursors) {
            if (at < run.length) {
                id = view.segment().id(row());
                cursors.add(this);
            }
        }

        Cursor next() {
            return new Cursor(segment, run, at + 1);
        }

        int row() {
            return run[at];
        }

        PointId id() {
            return id;
        }

        boolean passes() {
            return !(passing.get(segment) instanceof FilteredRows rows) || rows.passes(row());
        }

        private boolean mayPass(int row) {
            if (!view.isVisible(row)) {
                return false;
            }
            return !(passing.get(segment) instanceof FilteredRows rows)
                    || !rows.isIndexed()
                    || (rows.possible().word(row >>> 6) >>> row & 1) != 0;
        }
    }
}
