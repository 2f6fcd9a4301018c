package io.moraine.queryapi.search;

import io.moraine.queryapi.wire.PointJson;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.SearchEffort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A question as a request asks it, with the questions that come before it.
 *
 * @param question what decides which points come first
 * @param slot which of the collection's vectors is compared
 * @param filter only points it lets pass take part
 * @param effort how much a search of nearest points does for its answer
 * @param threshold the worst score that is shown, as clients know scores; null for none
 * @param offset hits left out at the start
 * @param limit most hits
 * @param prefetch questions whose answers are the points that take part, or are fused
 * @param lookup where the vectors of ids come from, when from another collection
 * @param shown how points are shown
 */
record QueryPlan(
        Question question,
        int slot,
        Filter filter,
        SearchEffort effort,
        @Nullable Float threshold,
        int offset,
        int limit,
        List<QueryPlan> prefetch,
        Optional<LookupFrom> lookup,
        PointJson shown) {

    QueryPlan {
        prefetch = List.copyOf(prefetch);
    }

    /** The same with another filter and another part of the hits. */
    QueryPlan with(Filter otherFilter, int otherOffset, int otherLimit) {
        return new QueryPlan(
                question,
                slot,
                otherFilter,
                effort,
                threshold,
                otherOffset,
                otherLimit,
                prefetch,
                lookup,
                shown);
    }

    /** The same showing points in another way. */
    QueryPlan showing(PointJson other) {
        return new QueryPlan(
                question, slot, filter, effort, threshold, offset, limit, prefetch, lookup, other);
    }

    /** The filters of this question and of those that come before it. */
    List<Filter> filters() {
        List<Filter> all = new ArrayList<>();
        all.add(filter);
        prefetch.forEach(first -> all.addAll(first.filters()));
        return all;
    }

    /** The vectors of the collection that is asked. */
    CollectionSchema schema() {
        return shown.schema();
    }

    /** Whether scores are those of the vector's distance, which clients see turned around. */
    boolean scoresAreDistances() {
        return question instanceof Question.Nearest
                || (question instanceof Question.Recommend recommend
                        && recommend.strategy() == Question.Strategy.AVERAGE_VECTOR);
    }

    /**
     * Another collection whose points' vectors are meant by ids.
     *
     * @param collection its name
     * @param vector name of the vector there
     */
    record LookupFrom(String collection, String vector) {}
}
