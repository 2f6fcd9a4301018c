package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.index.TopK;
import io.moraine.storage.model.SearchRequest;
import io.moraine.storage.model.VectorSchema;
import java.util.function.BooleanSupplier;

/** One question and what answering it needs. Used by one thread at a time. */
final class Question {

    private final SearchRequest request;
    private final VectorSchema vector;
    private final float[] query;
    private final SearchScratch scratch;

    /**
     * @param vector the vector that is compared, as the schema describes it now
     * @param query prepared for the vector's distance, see {@link
     *     io.moraine.storage.internal.index.Similarity#prepare}
     */
    Question(SearchRequest request, VectorSchema vector, float[] query, SearchScratch scratch) {
        this.request = request;
        this.vector = vector;
        this.query = query;
        this.scratch = scratch;
    }

    SearchRequest request() {
        return request;
    }

    VectorSchema vector() {
        return vector;
    }

    float[] query() {
        return query;
    }

    SearchScratch scratch() {
        return scratch;
    }

    /** The recall that is asked for. */
    double recall() {
        return request.effort().recall().orElse(vector.index().recall());
    }

    /** The best rows so far. */
    TopK top() {
        return scratch.top();
    }

    /** Rows to collect, of which the request's limit are answered. */
    int rowsWanted() {
        double wanted = Math.ceil(request.limit() * request.effort().oversampling());
        return (int) Math.min(wanted, Integer.MAX_VALUE - 8);
    }

    /** The same question, given up when its answer is not wanted for this reason either. */
    Question unless(BooleanSupplier unwanted) {
        SearchRequest stoppable =
                request.stoppedBy(() -> unwanted.getAsBoolean() || request.isStopped());
        return new Question(stoppable, vector, query, scratch);
    }

    /** The same question, to be asked anew by a thread of its own. */
    Question with(SearchScratch other) {
        other.top().reset(rowsWanted(), request.scoreMin());
        return new Question(request, vector, query, other);
    }
}
