package io.moraine.storage.model;

import java.util.OptionalDouble;

/**
 * How much a search is to do for its answer. Whatever it does, hits carry exact scores.
 *
 * @param exact whether to compare every row that passes, without any index
 * @param recall share of the true best hits to find; empty for what the collection says
 * @param oversampling how many times the wanted hits are looked for at least, 1 to {@value
 *     #OVERSAMPLING_MAX}; more finds more and costs more
 */
public record SearchEffort(boolean exact, OptionalDouble recall, double oversampling) {

    /** Most oversampling that can be asked for. */
    public static final double OVERSAMPLING_MAX = 1000;

    /** What the collection says. */
    public static final SearchEffort DEFAULT = new SearchEffort(false, OptionalDouble.empty(), 1);

    /** Every row is compared. */
    public static final SearchEffort EXACT = new SearchEffort(true, OptionalDouble.empty(), 1);

    public SearchEffort {
        recall.ifPresent(IndexOptions::checkRecall);
        if (!(oversampling >= 1 && oversampling <= OVERSAMPLING_MAX)) {
            throw new IllegalArgumentException(
                    "oversampling must be between 1 and %.0f, got %s"
                            .formatted(OVERSAMPLING_MAX, oversampling));
        }
    }

    /** A recall of one search. */
    public static SearchEffort recall(double recall) {
        return new SearchEffort(false, OptionalDouble.of(recall), 1);
    }
}
