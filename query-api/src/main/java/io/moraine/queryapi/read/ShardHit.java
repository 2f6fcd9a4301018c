package io.moraine.queryapi.read;

import io.moraine.storage.model.Hit;
import java.util.Comparator;

/**
 * A hit and the shard that means something to.
 *
 * @param shard where it was found
 * @param hit what was found
 */
record ShardHit(ShardView shard, Hit hit) {

    /** Best score first; equal ones in the order of partition, segment and row. */
    static final Comparator<ShardHit> BEST_FIRST =
            Comparator.<ShardHit>comparingDouble(hit -> -hit.hit.score())
                    .thenComparingInt(hit -> hit.shard.partition())
                    .thenComparingInt(hit -> hit.hit.segment())
                    .thenComparingInt(hit -> hit.hit.ordinal());

    /** Reads the point. */
    FoundPoint point(Projection projection) {
        return new FoundPoint(
                shard.partition(),
                shard.snapshot().point(hit, projection.payload(), projection.vectorSlots()),
                hit.score());
    }
}
