package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.TopK;
import io.moraine.storage.internal.segment.IdKey;
import io.moraine.storage.internal.segment.Segment;
import io.moraine.storage.internal.segment.SegmentView;
import io.moraine.storage.model.ExampleRequest;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.ListRequest;
import io.moraine.storage.model.OrderRequest;
import io.moraine.storage.model.OrderedHit;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.PointIdOrder;
import io.moraine.storage.model.SearchRequest;
import io.moraine.storage.model.StoredPoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * A shard at one applied offset. Pins its segments until it is closed. Safe for use by several
 * threads, {@link #close} after all others.
 */
public final class PinnedSnapshot implements AutoCloseable {

    static final long COUNT_UNKNOWN = -1;

    private final SegmentSet set;
    private final long appliedOffset;
    private final SegmentView[] views;
    private final Searcher searcher;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile long count;
    private volatile BooleanSupplier stop = () -> false;

    /**
     * @param set held by the caller, who passes that on
     * @param count number of points, or {@link #COUNT_UNKNOWN}
     * @param searcher answers searches
     */
    PinnedSnapshot(SegmentSet set, long appliedOffset, long count, Searcher searcher) {
        this.set = set;
        this.searcher = searcher;
        this.appliedOffset = appliedOffset;
        this.count = count;
        Segment[] segments = set.newestFirst();
        views = new SegmentView[segments.length];
        for (int i = 0; i < segments.length; i++) {
            views[i] = SegmentView.of(segments[i], appliedOffset);
        }
    }

    /** Next offset after the last operation that is seen. */
    public long appliedOffset() {
        return appliedOffset;
    }

    /**
     * Gives questions up with {@link io.moraine.storage.model.SearchStoppedException} from now on
     * when their answers are not wanted any more.
     *
     * @param signal asked many times by whatever threads work on a question
     */
    public void stopWhen(BooleanSupplier signal) {
        stop = signal;
    }

    /** Number of points. */
    public long count() {
        checkOpen();
        long known = count;
        if (known == COUNT_UNKNOWN) {
            known = 0;
            for (SegmentView view : views) {
                known += view.count();
            }
            count = known;
        }
        return known;
    }

    /** Number of points that pass a filter. */
    public long count(Filter filter) {
        if (filter.isAll()) {
            return count();
        }
        checkOpen();
        long passing = 0;
        for (SegmentView view : views) {
            RowMask rows = filtered(view, view.visible(), filter);
            for (int block = RowMask.blocks(view.rows()) - 1; block >= 0; block--) {
                passing += Long.bitCount(rows.word(block));
            }
        }
        return passing;
    }

    /** About how many points pass a filter; see {@link CountEstimate}. */
    public long estimate(Filter filter) {
        checkOpen();
        return filter.isAll() ? count() : CountEstimate.of(List.of(views), filter, stop);
    }

    /** Digest of all that is seen; reads every point. */
    public ContentDigest digest() {
        checkOpen();
        return ContentDigest.of(set.appendable().schema(), List.of(views));
    }

    /** The first points that pass a filter, in the order of {@link PointIdOrder}. */
    public List<Hit> list(ListRequest request) {
        checkOpen();
        return new IdPage(List.of(views), request, stop).hits();
    }

    /** The best hits, best first. */
    public List<Hit> search(SearchRequest request) {
        checkOpen();
        return searcher.search(set, views, request);
    }

    /** The best hits of each of several questions, best first. */
    public List<List<Hit>> searchAll(List<SearchRequest> requests) {
        checkOpen();
        return searcher.searchAll(set, views, requests);
    }

    /** The points most like some examples, best first. */
    public List<Hit> search(ExampleRequest request) {
        checkOpen();
        return searcher.search(views, request, stop);
    }

    /**
     * Points chosen at random, all with the same chance; their scores are random and order them.
     */
    public List<Hit> sample(Filter filter, int limit, RandomGenerator random) {
        checkOpen();
        TopK top = new TopK(limit, Float.NEGATIVE_INFINITY);
        new RowLookup(List.of(views), filter, stop)
                .forEach((number, _, row) -> top.offer(random.nextFloat(), TopK.row(number, row)));
        return Searcher.hits(top, limit);
    }

    /** The first points in the order of a field. */
    public List<OrderedHit> ordered(OrderRequest request) {
        checkOpen();
        return new FieldQuestions(List.of(views), stop).ordered(request);
    }

    /** How many points have each value of a field. */
    public Map<Object, Long> facet(PayloadPath path, Filter filter) {
        checkOpen();
        return new FieldQuestions(List.of(views), stop).facet(path, filter);
    }

    /** Ids of points that another snapshot has too; see {@link SharedIds#find}. */
    public List<PointId> sharedWith(PinnedSnapshot other, long bornAfter) {
        checkOpen();
        return SharedIds.find(List.of(views), other.views(), bornAfter);
    }

    /** The point of a hit of this snapshot. */
    public StoredPoint point(Hit hit, boolean withPayload, Set<Integer> vectorSlots) {
        checkOpen();
        if (hit.segment() < 0
                || hit.segment() >= views.length
                || hit.ordinal() < 0
                || !views[hit.segment()].isVisible(hit.ordinal())) {
            throw new IllegalArgumentException("not a hit of this snapshot: " + hit);
        }
        return read(views[hit.segment()].segment(), hit.ordinal(), withPayload, vectorSlots);
    }

    /** The point with an id. */
    public Optional<StoredPoint> point(PointId id, boolean withPayload, Set<Integer> vectorSlots) {
        checkOpen();
        IdKey key = IdKey.of(id);
        for (SegmentView view : views) {
            int row = view.find(key);
            if (row >= 0) {
                return Optional.of(read(view.segment(), row, withPayload, vectorSlots));
            }
        }
        return Optional.empty();
    }

    /** The segments as this snapshot sees them, in the order of hits' segment numbers. */
    List<SegmentView> views() {
        checkOpen();
        return List.of(views);
    }

    /** Lets go of the segments. Closing twice changes nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            set.release();
        }
    }

    private RowMask filtered(SegmentView view, RowMask visible, Filter filter) {
        return FilteredRows.of(view, visible, filter, stop);
    }

    private static StoredPoint read(
            Segment segment, int row, boolean withPayload, Set<Integer> vectorSlots) {
        Map<String, float[]> vectors = new HashMap<>();
        for (int slot : vectorSlots) {
            if (segment.hasVector(slot, row)) {
                vectors.put(segment.schema().vector(slot).name(), segment.vector(slot, row));
            }
        }
        return new StoredPoint(
                segment.id(row),
                segment.born(row) - 1,
                segment.timestampMs(row),
                withPayload ? segment.payload(row) : new byte[0],
                vectors);
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new IllegalStateException("snapshot is closed");
        }
    }
}
