package io.moraine.queryapi.search;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.SearchEffort;
import java.util.OptionalDouble;

/**
 * The {@code params} of a search: how much to do for its answer. {@code exact} and {@code
 * quantization.oversampling} mean what they mean in Qdrant; {@code recall} is ours. {@code hnsw_ef}
 * asks for the recall that a graph has with it, unless {@code recall} says more.
 */
final class SearchParams {

    private boolean exact;
    private OptionalDouble recall = OptionalDouble.empty();
    private OptionalDouble recallOfGraph = OptionalDouble.empty();
    private double oversampling = 1;

    private SearchParams() {}

    /** Reads the next value. */
    static SearchEffort read(JsonReader json) {
        SearchParams params = new SearchParams();
        RequestJson.fields(json, params::field);
        try {
            OptionalDouble recall =
                    params.recall.isPresent() ? params.recall : params.recallOfGraph;
            return new SearchEffort(params.exact, recall, params.oversampling);
        } catch (IllegalArgumentException invalid) {
            throw new ApiException(
                    ErrorCode.BAD_REQUEST, "'params': " + invalid.getMessage(), invalid);
        }
    }

    private void field(String field, JsonReader json) {
        switch (field) {
            case "exact" -> exact |= json.bool();
            case "recall" -> recall = OptionalDouble.of(number(json));
            case "quantization" -> RequestJson.fields(json, this::quantization);
            case "hnsw_ef" -> recallOfGraph = recallOfGraph(RequestJson.count(json, field));
            case "acorn" -> json.skip();
            case "indexed_only" -> {
                if (json.bool()) {
                    throw ApiException.notSupported(
                            "'indexed_only' is not supported: every point is searchable as soon as"
                                    + " it is applied");
                }
            }
            default ->
                    throw RequestJson.unknown(
                            field,
                            "'params'",
                            "exact, recall, quantization, hnsw_ef, acorn, indexed_only");
        }
    }

    private void quantization(String field, JsonReader json) {
        switch (field) {
            // Without codes every row is compared, which is what an exact search does.
            case "ignore" -> exact |= json.bool();
            // Hits always carry exact scores.
            case "rescore" -> json.bool();
            case "oversampling" -> oversampling = Math.max(1, number(json));
            default ->
                    throw RequestJson.unknown(
                            field, "'params.quantization'", "ignore, rescore, oversampling");
        }
    }

    /**
     * The recall that hnswlib, with 16 links and 100 candidates when built, reached on sentence
     * embeddings with an ef (docs/benchmarks/recall.md), rounded to a step.
     */
    private static OptionalDouble recallOfGraph(int ef) {
        if (ef == 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(
                ef <= 15
                        ? 0.9
                        : ef <= 30
                                ? 0.95
                                : ef <= 60 ? 0.98 : ef <= 100 ? 0.99 : ef <= 240 ? 0.995 : 0.999);
    }

    private static double number(JsonReader json) {
        return Double.parseDouble(json.number());
    }
}
