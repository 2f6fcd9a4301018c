package io.moraine.storage.model;

import java.util.List;

/**
 * A question for the points most like some examples and least like others, each compared on its
 * own. Immutable as long as the caller leaves the arrays alone, which are not copied.
 *
 * <p>Scores as Qdrant defines its strategies of recommendation.
 */
public final class ExampleRequest {

    /** How the comparisons with the examples become one score. */
    public enum Strategy {
        /**
         * The best comparison decides: with p the best score among the positive examples and n
         * among the negative ones, the score is {@code s(p)} if {@code p > n} and {@code -s(n)}
         * otherwise, where {@code s(x) = (x / (1 + |x|) + 1) / 2}.
         */
        BEST_SCORE,
        /** Sum of the scores of positive examples less the sum of those of negative ones. */
        SUM_SCORES
    }

    private final int slot;
    private final List<float[]> positive;
    private final List<float[]> negative;
    private final Strategy strategy;
    private final int limit;
    private final float scoreMin;
    private final Filter filter;

    /**
     * A question.
     *
     * @param slot which of the collection's vectors is compared
     * @param positive vectors to be like
     * @param negative vectors not to be like; together with the positive ones at least one
     * @param strategy how the comparisons become one score
     * @param limit most hits wanted, at least 1
     * @param scoreMin hits with a lower score are left out
     * @param filter only points it lets pass are compared at all
     */
    public ExampleRequest(
            int slot,
            List<float[]> positive,
            List<float[]> negative,
            Strategy strategy,
            int limit,
            float scoreMin,
            Filter filter) {
        if (limit < 1 || (positive.isEmpty() && negative.isEmpty())) {
            throw new IllegalArgumentException("needs an example and a limit of at least 1");
        }
        this.slot = slot;
        this.positive = List.copyOf(positive);
        this.negative = List.copyOf(negative);
        this.strategy = strategy;
        this.limit = limit;
        this.scoreMin = scoreMin;
        this.filter = filter;
    }

    /** Which of the collection's vectors is compared. */
    public int slot() {
        return slot;
    }

    /** Vectors to be like. */
    public List<float[]> positive() {
        return positive;
    }

    /** Vectors not to be like. */
    public List<float[]> negative() {
        return negative;
    }

    /** How the comparisons become one score. */
    public Strategy strategy() {
        return strategy;
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
}
