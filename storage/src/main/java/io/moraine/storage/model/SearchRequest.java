package io.moraine.storage.model;

/**
 * A nearest-neighbour question to one shard.
 *
 * @param slot which of the collection's vectors is compared
 * @param query the query vector, as many components as the schema says, all finite; not copied and
 *     not changed
 * @param limit most hits wanted, at least 1
 * @param scoreMin hits with a lower score are left out; {@link Float#NEGATIVE_INFINITY} for none.
 *     Scores are "higher is better", see {@link Distance}
 */
public record SearchRequest(int slot, float[] query, int limit, float scoreMin) {

    public SearchRequest {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, got " + limit);
        }
    }

    /** A question for the nearest {@code limit} points, whatever their score. */
    public static SearchRequest nearest(int slot, float[] query, int limit) {
        return new SearchRequest(slot, query, limit, Float.NEGATIVE_INFINITY);
    }
}
