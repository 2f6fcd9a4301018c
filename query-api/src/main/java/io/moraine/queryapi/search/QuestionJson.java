package io.moraine.queryapi.search;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.wire.OrderByJson;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.queryapi.wire.VectorInput;
import io.moraine.queryapi.wire.VectorJson;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code query}: a vector, the id of a point, or an object that says what is asked. */
final class QuestionJson {

    private static final String KINDS = "nearest, recommend, order_by, sample, fusion, rrf";

    /** Questions of Qdrant that are not asked here. */
    private static final Set<String> NOT_SUPPORTED =
            Set.of("discover", "context", "formula", "mmr");

    private @Nullable Question found;

    private QuestionJson() {}

    /** Reads the next value. */
    static Question read(JsonReader json) {
        if (json.peek() != JsonKind.OBJECT) {
            return new Question.Nearest(VectorInput.read(json, "query"), true);
        }
        QuestionJson reading = new QuestionJson();
        RequestJson.fields(json, reading::kind);
        if (reading.found == null) {
            throw ApiException.badRequest("'query' is empty; it can hold: " + KINDS);
        }
        return reading.found;
    }

    private void kind(String kind, JsonReader json) {
        if (NOT_SUPPORTED.contains(kind) || VectorJson.NOT_DENSE.contains(kind)) {
            throw ApiException.notSupported(
                    "'query' cannot be '%s' here; it can be: %s".formatted(kind, KINDS));
        }
        if (found != null) {
            throw ApiException.badRequest("'query' asks for one thing at a time: " + KINDS);
        }
        found =
                switch (kind) {
                    case "nearest" ->
                            new Question.Nearest(VectorInput.read(json, "query.nearest"), true);
                    case "recommend" -> recommend(json);
                    case "order_by" -> new Question.Ordered(OrderByJson.read(json));
                    case "sample" -> sample(json);
                    case "fusion" -> fusion(json);
                    case "rrf" -> rrf(json);
                    default -> throw RequestJson.unknown(kind, "'query'", KINDS);
                };
    }

    private static Question recommend(JsonReader json) {
        ExampleFields examples = new ExampleFields();
        RequestJson.fields(
                json,
                (field, reader) -> {
                    if (!examples.field(field, reader)) {
                        throw RequestJson.unknown(
                                field, "'recommend'", "positive, negative, strategy");
                    }
                });
        return examples.question();
    }

    private static Question sample(JsonReader json) {
        if (!json.string().equals("random")) {
            throw ApiException.badRequest("'sample' can only be \"random\"");
        }
        return new Question.Sample();
    }

    private static Question fusion(JsonReader json) {
        return switch (json.string()) {
            case "rrf" -> new Question.Rrf(Question.Rrf.K_DEFAULT, List.of());
            case "dbsf" -> new Question.Dbsf();
            default -> throw ApiException.badRequest("'fusion' can be \"rrf\" or \"dbsf\"");
        };
    }

    private static Question rrf(JsonReader json) {
        int[] k = {Question.Rrf.K_DEFAULT};
        List<Float> weights = new ArrayList<>();
        RequestJson.fields(
                json,
                (field, reader) -> {
                    switch (field) {
                        case "k" -> k[0] = RequestJson.count(reader, field);
                        case "weights" ->
                                RequestJson.elements(
                                        reader,
                                        each -> weights.add(RequestJson.finite(each, field)));
                        default -> throw RequestJson.unknown(field, "'rrf'", "k, weights");
                    }
                });
        if (k[0] < 1) {
            throw ApiException.badRequest("'k' must be at least 1");
        }
        return new Question.Rrf(k[0], weights);
    }
}
