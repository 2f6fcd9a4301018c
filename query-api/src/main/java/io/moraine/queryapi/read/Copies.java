package io.moraine.queryapi.read;

import java.util.List;

/**
 * Copies of points that lie in several partitions, because producers with different partitioners
 * wrote them: the one with the later timestamp counts, with equal ones that of the higher
 * partition.
 *
 * @param shards all shards of a view
 */
record Copies(List<ShardView> shards) {

    /** Whether there can be any. */
    boolean possible() {
        return shards.size() > 1;
    }

    /** Whether another partition has a newer copy of a point. */
    boolean supersede(FoundPoint mine) {
        for (ShardView other : shards) {
            if (other.partition() != mine.partition()
                    && other.point(mine.point().id(), Projection.ID_ONLY)
                            .map(copy -> copy.newerThan(mine))
                            .orElse(false)) {
                return true;
            }
        }
        return false;
    }
}
