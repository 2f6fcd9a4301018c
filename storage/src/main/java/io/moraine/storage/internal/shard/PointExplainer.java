package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.segment.IdKey;
import io.moraine.storage.internal.segment.Segment;
import io.moraine.storage.internal.segment.SegmentView;
import io.moraine.storage.model.IgnoredUpdate;
import io.moraine.storage.model.PointExplanation;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.VersionScope;
import java.util.Optional;

/** Reads from a snapshot what a point's rows say of how it came to be. */
final class PointExplainer {

    private PointExplainer() {}

    /** What is known of a point; empty when neither a row nor an ignored operation is. */
    static Optional<PointExplanation> explain(
            PinnedSnapshot snapshot, PointId id, Optional<IgnoredUpdate> lastIgnored) {
        long applied = snapshot.appliedOffset();
        IdKey key = IdKey.of(id);
        for (SegmentView view : snapshot.views()) {
            int row = view.newest(key);
            if (row >= 0) {
                return Optional.of(explain(view.segment(), row, applied, id, lastIgnored));
            }
        }
        return lastIgnored.map(ignored ->
                new PointExplanation(
                        id, false, applied, 0, 0, 0, 0, VersionScope.NONE, Optional.of(ignored)));
    }

    private static PointExplanation explain(
            Segment segment,
            int row,
            long applied,
            PointId id,
            Optional<IgnoredUpdate> lastIgnored) {
        long died = segment.died(row);
        boolean alive = died > applied;
        return new PointExplanation(
                id,
                alive,
                applied,
                segment.born(row),
                alive ? 0 : died,
                segment.timestampMs(row),
                segment.version(row),
                segment.versionScope(row),
                lastIgnored);
    }
}
