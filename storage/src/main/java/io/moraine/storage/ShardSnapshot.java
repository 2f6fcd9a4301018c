package io.moraine.storage;

import io.moraine.storage.internal.shard.PinnedSnapshot;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.ListRequest;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchRequest;
import io.moraine.storage.model.StoredPoint;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A shard as it was at one offset, whatever is written meanwhile. Pins the segments it reads until
 * it is closed. Safe for use by several threads.
 */
public final class ShardSnapshot implements AutoCloseable {

    private final PinnedSnapshot pinned;

    ShardSnapshot(PinnedSnapshot pinned) {
        this.pinned = pinned;
    }

    /** Next offset after the last operation this view shows. */
    public long appliedOffset() {
        return pinned.appliedOffset();
    }

    /** Number of points. */
    public long count() {
        return pinned.count();
    }

    /**
     * A text that stands for all points of this view: equal for two shards that hold the same
     * points, such as replicas and rebuilds of one log at one offset, whatever seals and merges
     * happened. Reads every point.
     */
    public String digest() {
        return pinned.digest().text();
    }

    /** Number of points that pass a filter. */
    public long count(Filter filter) {
        return pinned.count(filter);
    }

    /** The first points that pass a filter, in the order of their ids; their scores are 0. */
    public List<Hit> list(ListRequest request) {
        return pinned.list(request);
    }

    /**
     * The best hits, best first, exact: every visible vector that passes the filter is compared.
     *
     * @throws IllegalArgumentException if the slot or the query's dimension is not the schema's, or
     *     a component is not finite
     */
    public List<Hit> search(SearchRequest request) {
        return pinned.search(request);
    }

    /**
     * The point of a hit.
     *
     * @param withPayload whether to read the payload
     * @param vectorSlots slots of the vectors to read
     */
    public StoredPoint point(Hit hit, boolean withPayload, Set<Integer> vectorSlots) {
        return pinned.point(hit, withPayload, vectorSlots);
    }

    /** The point with an id, or empty when there is none in this view. */
    public Optional<StoredPoint> point(PointId id, boolean withPayload, Set<Integer> vectorSlots) {
        return pinned.point(id, withPayload, vectorSlots);
    }

    /** Lets go of the segments. Closing twice changes nothing. */
    @Override
    public void close() {
        pinned.close();
    }
}
