package io.moraine.queryapi.change;

import io.moraine.queryapi.port.PointWrite;
import java.util.List;

/** One operation of a write request, in the order the request has them. */
sealed interface PointChange {

    /**
     * Writes whole points, whatever was there.
     *
     * @param points the writes
     */
    record Replace(List<PointWrite> points) implements PointChange {}

    /**
     * Removes points.
     *
     * @param selector which
     */
    record Remove(PointSelector selector) implements PointChange {}

    /**
     * Writes points again with something changed. A record of the log is always a whole point, so
     * that compaction can keep the last one alone; hence the point is read, changed and written.
     *
     * @param selector which; those that do not exist stay so
     * @param edit the change
     */
    record Edit(PointSelector selector, PointEdit edit) implements PointChange {}

    /**
     * Writes points again, each with its own vectors changed.
     *
     * @param points the vectors by point
     */
    record EditVectors(List<PointWrite.Upsert> points) implements PointChange {}
}
