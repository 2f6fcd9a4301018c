package io.moraine.storage.internal.shard;

import io.moraine.storage.model.IgnoredUpdate;
import io.moraine.storage.model.OperationView;
import io.moraine.storage.model.PointId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The last operation on each point that changed nothing, for the points where that happened last.
 * In memory only. Safe for use by several threads.
 */
final class IgnoredUpdates {

    /** Most points remembered. */
    static final int POINTS_MAX = 4_096;

    private final Map<PointId, IgnoredUpdate> last = new LinkedHashMap<>();

    /** Remembers an operation if it changed nothing. */
    void note(long offset, OperationView operation, Outcome outcome) {
        switch (outcome) {
            case STALE -> note(offset, operation, IgnoredUpdate.Reason.OLDER_VERSION);
            case MISSING -> note(offset, operation, IgnoredUpdate.Reason.NO_SUCH_POINT);
            case APPLIED, REPLAYED -> {}
        }
    }

    synchronized Optional<IgnoredUpdate> last(PointId id) {
        return Optional.ofNullable(last.get(id));
    }

    private synchronized void note(
            long offset, OperationView operation, IgnoredUpdate.Reason reason) {
        PointId id = operation.id();
        last.remove(id);
        last.put(
                id,
                new IgnoredUpdate(
                        offset,
                        operation.kind(),
                        reason,
                        operation.timestampMs(),
                        operation.version(),
                        operation.versionScope()));
        if (last.size() > POINTS_MAX) {
            last.remove(last.keySet().iterator().next());
        }
    }
}
