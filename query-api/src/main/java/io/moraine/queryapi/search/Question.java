package io.moraine.queryapi.search;

import io.moraine.queryapi.wire.OrderByJson;
import io.moraine.queryapi.wire.VectorInput;
import java.util.List;

/** What decides which points come first. */
sealed interface Question {

    /**
     * Nearness to a vector.
     *
     * @param input the vector, or the id of the point that has it
     * @param idsAllowed whether it may be an id
     */
    record Nearest(VectorInput input, boolean idsAllowed) implements Question {}

    /**
     * Likeness to examples and unlikeness to others.
     *
     * @param positive examples to be like
     * @param negative examples not to be like
     * @param strategy what is made of them
     */
    record Recommend(List<VectorInput> positive, List<VectorInput> negative, Strategy strategy)
            implements Question {
        public Recommend {
            positive = List.copyOf(positive);
            negative = List.copyOf(negative);
        }
    }

    /**
     * The value of a field.
     *
     * @param order the field and the direction
     */
    record Ordered(OrderByJson order) implements Question {}

    /** Chance. */
    record Sample() implements Question {}

    /**
     * Reciprocal ranks in the answers of the prefetches, summed: {@code weight / (rank + k)}, ranks
     * counted from 0 (Cormack, Clarke and Büttcher, SIGIR 2009, with Qdrant's counting).
     *
     * @param k how little the first places count more than later ones
     * @param weights of the prefetches; empty for all the same
     */
    record Rrf(int k, List<Float> weights) implements Question {
        static final int K_DEFAULT = 2;

        public Rrf {
            weights = List.copyOf(weights);
        }
    }

    /**
     * Scores in the answers of the prefetches, each brought from three standard deviations below
     * its answer's mean to three above it to 0 to 1, summed.
     */
    record Dbsf() implements Question {}

    /** Nothing: points come in the order of their ids. */
    record ById() implements Question {}

    /** What is made of examples. */
    enum Strategy {
        /** One vector: the mean of the positive ones, moved away from that of the negative ones. */
        AVERAGE_VECTOR,
        /** The best comparison decides. */
        BEST_SCORE,
        /** All comparisons are summed. */
        SUM_SCORES
    }
}
