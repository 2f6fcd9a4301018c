package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.segment.Segment;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.VectorSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * How the vectors in one slot are found at one moment.
 *
 * @param vector the vector, and how it is to be found
 * @param rows rows of all segments that carry it, dead ones included
 * @param codedRows those in segments that have codes of it
 * @param clusteredRows those in segments that have clusters of it
 * @param settled whether no index of the shard is waiting to be built or taken away
 */
public record IndexCondition(
        VectorSchema vector, long rows, long codedRows, long clusteredRows, boolean settled) {

    static List<IndexCondition> of(CollectionSchema schema, SegmentSet set, boolean settled) {
        List<IndexCondition> conditions = new ArrayList<>();
        for (int slot = 0; slot < schema.vectors().size(); slot++) {
            long rows = 0;
            long coded = 0;
            long clustered = 0;
            for (Segment segment : set.newestFirst()) {
                int carrying = segment.rowsWith(slot);
                rows += carrying;
                coded += segment.codes(slot) == null ? 0 : carrying;
                clustered += segment.clusters(slot) == null ? 0 : carrying;
            }
            conditions.add(
                    new IndexCondition(schema.vector(slot), rows, coded, clustered, settled));
        }
        return conditions;
    }
}
