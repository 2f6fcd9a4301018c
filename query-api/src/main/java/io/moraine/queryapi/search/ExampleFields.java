package io.moraine.queryapi.search;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.queryapi.wire.VectorInput;
import io.moraine.storage.json.JsonReader;
import java.util.List;

/** The fields that name examples: {@code positive}, {@code negative}, {@code strategy}. */
final class ExampleFields {

    /** Most examples of a kind; each is a pass over the vectors. */
    private static final int EXAMPLES_MAX = 64;

    private List<VectorInput> positive = List.of();
    private List<VectorInput> negative = List.of();
    private Question.Strategy strategy = Question.Strategy.AVERAGE_VECTOR;

    /** Reads a field if it is one of these. */
    boolean field(String field, JsonReader json) {
        switch (field) {
            case "positive" -> positive = inputs(field, json);
            case "negative" -> negative = inputs(field, json);
            case "strategy" -> strategy = strategy(json.string());
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The question they make. */
    Question question() {
        if (positive.isEmpty() && negative.isEmpty()) {
            throw ApiException.badRequest("a recommendation needs examples in 'positive'");
        }
        if (positive.isEmpty() && strategy == Question.Strategy.AVERAGE_VECTOR) {
            throw ApiException.badRequest(
                    "strategy 'average_vector' needs at least one example in 'positive'");
        }
        return new Question.Recommend(positive, negative, strategy);
    }

    private static List<VectorInput> inputs(String field, JsonReader json) {
        return RequestJson.list(
                json, "examples", EXAMPLES_MAX, reader -> VectorInput.read(reader, field));
    }

    private static Question.Strategy strategy(String text) {
        return switch (text) {
            case "average_vector" -> Question.Strategy.AVERAGE_VECTOR;
            case "best_score" -> Question.Strategy.BEST_SCORE;
            case "sum_scores" -> Question.Strategy.SUM_SCORES;
            default ->
                    throw ApiException.badRequest(
                            "'strategy' must be average_vector, best_score or sum_scores, got '%s'"
                                    .formatted(text));
        };
    }
}
