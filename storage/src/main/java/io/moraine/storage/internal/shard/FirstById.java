package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.segment.Segment;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.ListRequest;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.PointIdOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Keeps the points with the smallest ids out of all that are offered. */
final class FirstById {

    private static final Comparator<Entry> BY_ID =
            Comparator.comparing(Entry::id, PointIdOrder.INSTANCE);

    private final ListRequest request;
    private final PriorityQueue<Entry> largestFirst = new PriorityQueue<>(BY_ID.reversed());

    FirstById(ListRequest request) {
        this.request = request;
    }

    /** Offers the rows of one block of a segment. */
    void offer(Segment segment, int segmentNumber, int block, long rows) {
        for (long left = rows; left != 0; left &= left - 1) {
            int row = block * RowMask.BLOCK_ROWS + Long.numberOfTrailingZeros(left);
            if (row < segment.rows()) {
                offer(segment.id(row), segmentNumber, row);
            }
        }
    }

    /** What was kept, smallest id first. */
    List<Hit> hits() {
        List<Entry> kept = new ArrayList<>(largestFirst);
        kept.sort(BY_ID);
        return kept.stream().map(entry -> new Hit(0, entry.segment(), entry.row())).toList();
    }

    private void offer(PointId id, int segment, int row) {
        if (request.from().isPresent()
                && PointIdOrder.INSTANCE.compare(id, request.from().get()) < 0) {
            return;
        }
        if (largestFirst.size() == request.limit()) {
            if (PointIdOrder.INSTANCE.compare(id, largestFirst.element().id()) >= 0) {
                return;
            }
            largestFirst.remove();
        }
        largestFirst.add(new Entry(id, segment, row));
    }

    private record Entry(PointId id, int segment, int row) {}
}
