package io.moraine.queryapi.read;

import io.moraine.storage.model.StoredPoint;

/**
 * A point in an answer.
 *
 * @param partition where it was found
 * @param point its content
 * @param score how near, higher is better; 0 where nothing was compared
 */
public record FoundPoint(int partition, StoredPoint point, float score) {

    /** Whether this copy of a point is newer than one found in another partition. */
    boolean newerThan(FoundPoint other) {
        return point.timestampMs() != other.point.timestampMs()
                ? point.timestampMs() > other.point.timestampMs()
                : partition > other.partition;
    }

    /** The same point with another score. */
    public FoundPoint scored(float other) {
        return new FoundPoint(partition, point, other);
    }
}
