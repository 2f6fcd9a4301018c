package io.moraine.queryapi.read;

import io.moraine.storage.model.PointId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Knows which points of a collection lie in several partitions, for questions that count points
 * without looking at each. What was written since the last question is looked up in the other
 * partitions; the first question looks at everything. Safe for use by several threads.
 */
final class CopyTracker {

    /** By partition, up to which sequence number its rows were looked up. */
    private final Map<Integer, Long> checked = new HashMap<>();

    private final Set<PointId> shared = new HashSet<>();

    /** By partition, the points whose newest copy lies in another one. */
    synchronized Map<Integer, Set<PointId>> superseded(List<ShardView> shards) {
        if (shards.size() < 2) {
            return Map.of();
        }
        for (ShardView shard : shards) {
            check(shard, shards);
        }
        Map<Integer, Set<PointId>> found = new HashMap<>();
        for (PointId id : List.copyOf(shared)) {
            List<FoundPoint> copies = copies(id, shards);
            if (copies.size() < 2) {
                shared.remove(id);
                continue;
            }
            FoundPoint newest = copies.getFirst();
            for (FoundPoint copy : copies) {
                newest = copy.newerThan(newest) ? copy : newest;
            }
            for (FoundPoint copy : copies) {
                if (copy.partition() != newest.partition()) {
                    found.computeIfAbsent(copy.partition(), _ -> new HashSet<>()).add(id);
                }
            }
        }
        return found;
    }

    private void check(ShardView shard, List<ShardView> shards) {
        long applied = shard.snapshot().appliedOffset();
        long before = checked.getOrDefault(shard.partition(), 0L);
        // A shard that is behind where it was has been filled anew.
        long bornAfter = before <= applied ? before : 0;
        for (ShardView other : shards) {
            if (other.partition() != shard.partition()) {
                shared.addAll(shard.snapshot().sharedWith(other.snapshot(), bornAfter));
            }
        }
        checked.put(shard.partition(), applied);
    }

    private static List<FoundPoint> copies(PointId id, List<ShardView> shards) {
        List<FoundPoint> copies = new ArrayList<>();
        for (ShardView shard : shards) {
            Optional<FoundPoint> copy = shard.point(id, Projection.ID_ONLY);
            copy.ifPresent(copies::add);
        }
        return copies;
    }
}
