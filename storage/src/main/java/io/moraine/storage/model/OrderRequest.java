package io.moraine.storage.model;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A wish for points in the order of a payload field's values. Immutable.
 *
 * <p>A number's key is the number as a 64-bit float, a moment's key its microseconds since the
 * epoch. A point with several values takes part once: with the smallest that may be listed, or the
 * largest when listed downwards. Points without any are left out. Equal keys are in the order of
 * ids, see {@link PointIdOrder}.
 *
 * @param path where the values are
 * @param descending whether the largest comes first
 * @param startKey the first key that may be listed; empty to start at the beginning
 * @param from where an earlier listing stopped; empty to start at the beginning
 * @param filter which points
 * @param limit most points, at least 1
 */
public record OrderRequest(
        PayloadPath path,
        boolean descending,
        OptionalDouble startKey,
        Optional<Place> from,
        Filter filter,
        int limit) {

    public OrderRequest {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, got " + limit);
        }
    }

    /**
     * A place in the order; the listing goes on with it.
     *
     * @param key its key
     * @param id the point there
     */
    public record Place(double key, PointId id) {}

    /** Negative, zero or positive as one place is before, at or behind another. */
    public int compare(double keyA, PointId idA, double keyB, PointId idB) {
        int keys = descending ? Double.compare(keyB, keyA) : Double.compare(keyA, keyB);
        return keys != 0 ? keys : PointIdOrder.INSTANCE.compare(idA, idB);
    }

    /** Whether a value with this key may be listed at all. */
    public boolean mayList(double key) {
        return startKey.isEmpty()
                || (descending ? key <= startKey.getAsDouble() : key >= startKey.getAsDouble());
    }
}
