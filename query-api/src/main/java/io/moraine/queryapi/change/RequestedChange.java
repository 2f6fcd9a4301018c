package io.moraine.queryapi.change;

import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PointChange;
import io.moraine.storage.model.PointId;
import java.util.List;
import java.util.Map;

/** One operation of a write request, in the order the request has them. */
sealed interface RequestedChange {

    /**
     * Writes whole points, whatever was there.
     *
     * @param points the writes
     */
    record Replace(List<PointChange> points) implements RequestedChange {}

    /**
     * Removes points.
     *
     * @param selector which
     */
    record Remove(PointSelector selector) implements RequestedChange {}

    /**
     * Changes the same part of some points.
     *
     * @param selector which; those that do not exist stay so
     * @param part the change
     */
    record Edit(PointSelector selector, Part part) implements RequestedChange {}

    /**
     * Changes vectors, each point's to others; all of the points must exist.
     *
     * @param points the vectors by point
     */
    record EditVectors(List<PointChange.Partial> points) implements RequestedChange {}

    /**
     * A change to a part of a point, whichever point it is.
     *
     * @param kind what is changed
     * @param payload keys to set, or the payload to be, as a JSON object; empty for none
     * @param names paths, or names of vectors, see {@link PointChange.Partial}
     */
    record Part(OperationKind kind, String payload, List<String> names) {

        PointChange.Partial of(PointId id) {
            return new PointChange.Partial(id, kind, Map.of(), payload, names);
        }
    }
}
