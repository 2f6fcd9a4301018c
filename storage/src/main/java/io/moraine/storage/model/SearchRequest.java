package io.moraine.storage.model;

import java.util.function.BooleanSupplier;

/**
 * A nearest-neighbour question to one shard. Immutable as long as the caller leaves the query array
 * alone, which is not copied.
 */
public final class SearchRequest {

    private final int slot;
    private final float[] query;
    private final int limit;
    private final float scoreMin;
    private final Filter filter;
    private final SearchEffort effort;
    private final BooleanSupplier stopped;

    /**
     * A question about every point.
     *
     * @param slot which of the collection's vectors is compared
     * @param query the query vector, as many components as the schema says, all finite; not changed
     * @param limit most hits wanted, at least 1
     * @param scoreMin hits with a lower score are left out; {@link Float#NEGATIVE_INFINITY} for
     *     none. Scores are "higher is better", see {@link Distance}
     */
    public SearchRequest(int slot, float[] query, int limit, float scoreMin) {
        this(slot, query, limit, scoreMin, Filter.all());
    }

    /**
     * A question about some points.
     *
     * @param slot as above
     * @param query as above
     * @param limit as above
     * @param scoreMin as above
     * @param filter only points it lets pass are compared at all
     */
    public SearchRequest(int slot, float[] query, int limit, float scoreMin, Filter filter) {
        this(slot, query, limit, scoreMin, filter, SearchEffort.DEFAULT, () -> false);
    }

    private SearchRequest(
            int slot,
            float[] query,
            int limit,
            float scoreMin,
            Filter filter,
            SearchEffort effort,
            BooleanSupplier stopped) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, got " + limit);
        }
        this.slot = slot;
        this.query = query;
        this.limit = limit;
        this.scoreMin = scoreMin;
        this.filter = filter;
        this.effort = effort;
        this.stopped = stopped;
    }

    /** A question for the nearest {@code limit} points, whatever their score. */
    public static SearchRequest nearest(int slot, float[] query, int limit) {
        return new SearchRequest(slot, query, limit, Float.NEGATIVE_INFINITY);
    }

    /** The same question, answered with another effort. */
    public SearchRequest with(SearchEffort other) {
        return new SearchRequest(slot, query, limit, scoreMin, filter, other, stopped);
    }

    /**
     * The same question, given up when the answer is not wanted any more.
     *
     * @param signal asked many times during the search, by whatever threads work on it: a deadline
     *     that has passed, a client that has gone
     */
    public SearchRequest stoppedBy(BooleanSupplier signal) {
        return new SearchRequest(slot, query, limit, scoreMin, filter, effort, signal);
    }

    /** Which of the collection's vectors is compared. */
    public int slot() {
        return slot;
    }

    /** The query vector itself, not a copy. */
    public float[] query() {
        return query;
    }

    /** Most hits wanted. */
    public int limit() {
        return limit;
    }

    /** Hits with a lower score are left out. */
    public float scoreMin() {
        return scoreMin;
    }

    /** Only points it lets pass are compared. */
    public Filter filter() {
        return filter;
    }

    /** How much to do for the answer. */
    public SearchEffort effort() {
        return effort;
    }

    /** Whether the answer is not wanted any more. */
    public boolean isStopped() {
        return stopped.getAsBoolean();
    }
}
