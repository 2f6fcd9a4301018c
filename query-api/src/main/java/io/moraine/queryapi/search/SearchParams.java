package io.moraine.queryapi.search;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.SearchEffort;
import java.util.OptionalDouble;

/**
 * The {@code params} of a search: how much to do for its answer. {@code exact} and {@code
 * quantization.oversampling} mean what they mean in Qdrant; {@code recall} is ours. What tunes a
 * graph that we do not have is accepted: the answer is at least as good.
 */
final class SearchParams {

    private boolean exact;
    private OptionalDouble recall = OptionalDouble.empty();
    private double oversampling = 1;

    private SearchParams() {}

    /** Reads the next value. */
    static SearchEffort read(JsonReader json) {
        SearchParams params = new SearchParams();
        RequestJson.fields(json, params::field);
        try {
            return new SearchEffort(params.exact, params.recall, params.oversampling);
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
            case "hnsw_ef" -> RequestJson.count(json, field);
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

    private static double number(JsonReader json) {
        return Double.parseDouble(json.number());
    }
}
