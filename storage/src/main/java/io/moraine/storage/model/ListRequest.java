package io.moraine.storage.model;

import java.util.Optional;

/**
 * A wish for points in the order of their ids, see {@link PointIdOrder}. Immutable.
 *
 * @param filter which points
 * @param from the first id that may be listed; empty to start at the beginning
 * @param limit most points, at least 1
 */
public record ListRequest(Filter filter, Optional<PointId> from, int limit) {

    public ListRequest {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, got " + limit);
        }
    }
}
