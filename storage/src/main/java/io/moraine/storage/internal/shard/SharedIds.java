package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.segment.IdKey;
import io.moraine.storage.internal.segment.Segment;
import io.moraine.storage.internal.segment.SegmentView;
import io.moraine.storage.model.PointId;
import java.util.ArrayList;
import java.util.List;

/** Finds the points of one snapshot that another one has too. */
final class SharedIds {

    private SharedIds() {}

    /**
     * Ids of points that two snapshots have.
     *
     * @param bornAfter only rows of the first with a higher sequence number are looked at
     */
    static List<PointId> find(List<SegmentView> mine, List<SegmentView> others, long bornAfter) {
        List<PointId> shared = new ArrayList<>();
        IdKey key = new IdKey();
        for (SegmentView view : mine) {
            Segment segment = view.segment();
            // Rows are in the order of their sequence numbers: from the end until they are old.
            for (int row = view.rows() - 1; row >= 0 && segment.born(row) > bornAfter; row--) {
                if (view.isVisible(row)) {
                    key.set(segment, row);
                    if (others.stream().anyMatch(other -> other.find(key) >= 0)) {
                        shared.add(segment.id(row));
                    }
                }
            }
        }
        return shared;
    }
}
