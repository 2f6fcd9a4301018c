package io.moraine.queryapi.read;

import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchEffort;
import java.util.Set;

/**
 * A nearest-neighbour question to all shards of a collection. Shares its vector, never changes it.
 */
public final class NearestQuery {

    private final int slot;
    private final float[] vector;
    private final float scoreMin;
    private final Page page;
    private final Filter filter;
    private final SearchEffort effort;
    private final Set<PointId> excluded;

    /**
     * Holds a question.
     *
     * @param slot which of the collection's vectors is compared
     * @param vector the query vector, checked against the schema
     * @param scoreMin hits with a lower score are left out; higher is better
     * @param page which hits
     * @param filter only points it lets pass are compared
     * @param effort how much to do for the answer
     * @param excluded points that are no answer, such as the one asked about
     */
    public NearestQuery(
            int slot,
            float[] vector,
            float scoreMin,
            Page page,
            Filter filter,
            SearchEffort effort,
            Set<PointId> excluded) {
        this.slot = slot;
        this.vector = vector;
        this.scoreMin = scoreMin;
        this.page = page;
        this.filter = filter;
        this.effort = effort;
        this.excluded = Set.copyOf(excluded);
    }

    int slot() {
        return slot;
    }

    float[] vector() {
        return vector;
    }

    float scoreMin() {
        return scoreMin;
    }

    Page page() {
        return page;
    }

    Filter filter() {
        return filter;
    }

    SearchEffort effort() {
        return effort;
    }

    Set<PointId> excluded() {
        return excluded;
    }
}
