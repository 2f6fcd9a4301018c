package io.moraine.queryapi.search;

import io.moraine.queryapi.dispatch.ReadOptions;
import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.read.Page;
import io.moraine.queryapi.wire.FilterJson;
import io.moraine.queryapi.wire.PayloadSelection;
import io.moraine.queryapi.wire.PointJson;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.queryapi.wire.VectorInput;
import io.moraine.queryapi.wire.VectorSelection;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.VectorSchema;
import org.jspecify.annotations.Nullable;

/**
 * The body of a nearest-neighbour question, in the form of {@code /points/search}, where {@code
 * vector} is asked for, or of {@code /points/query}, where {@code query} is.
 */
final class SearchBody {

    private static final String KNOWN =
            "filter, limit, offset, score_threshold, params, with_payload, with_vector, at_least,"
                    + " timeout";
    private static final int LIMIT_DEFAULT = 10;

    private final Form form;
    private final CollectionSchema schema;
    private final ApiLimits limits;
    private final ReadOptions options;
    private @Nullable VectorInput input;
    private String using = "";
    private int offset;
    private int limit;
    private @Nullable Float threshold;
    private Filter filter = Filter.all();
    private PayloadSelection payload = PayloadSelection.none();
    private VectorSelection vectors = VectorSelection.NONE;

    SearchBody(Form form, CollectionSchema schema, ApiLimits limits, ReadOptions options) {
        this.form = form;
        this.schema = schema;
        this.limits = limits;
        this.options = options;
        this.limit = form == Form.QUERY ? LIMIT_DEFAULT : -1;
    }

    /** Reads the next value. */
    SearchBody read(JsonReader json) {
        RequestJson.fields(json, this::field);
        return this;
    }

    Form form() {
        return form;
    }

    /** What to be near to. */
    VectorInput input() {
        if (input == null) {
            throw ApiException.badRequest(
                    form == Form.QUERY
                            ? "'query' is missing: a vector, or the id of a point"
                            : "'vector' is missing: a vector, or {\"name\": …, \"vector\": …}");
        }
        return input;
    }

    /** The point whose vector is meant, if the form of the request allows that. */
    PointId pointId() {
        if (form == Form.SEARCH) {
            throw new ApiException(
                    ErrorCode.INVALID_VECTOR,
                    "'vector' is neither an array of %d numbers nor that many 32-bit floats in base64"
                            .formatted(vector().size()));
        }
        return input().pointId();
    }

    /** Slot of the vector that is compared. */
    int slot() {
        return VectorSelection.slot(using, schema);
    }

    /** The vector that is compared. */
    VectorSchema vector() {
        return schema.vector(slot());
    }

    Page page() {
        if (limit < 0) {
            throw ApiException.badRequest("'limit' is missing: how many hits are wanted");
        }
        return Page.of(offset, limit, limits.hits());
    }

    /** Lowest score inside, where higher is always better. */
    float scoreMin() {
        if (threshold == null) {
            return Float.NEGATIVE_INFINITY;
        }
        return switch (vector().distance()) {
            case COSINE, DOT -> threshold;
            case EUCLID, MANHATTAN -> -threshold;
        };
    }

    Filter filter() {
        return filter;
    }

    PointJson shown() {
        return new PointJson(schema, payload, vectors);
    }

    private void field(String field, JsonReader json) {
        switch (field) {
            case "limit" -> limit = RequestJson.count(json, field);
            case "offset" -> offset = RequestJson.count(json, field);
            case "score_threshold" -> threshold = RequestJson.finite(json, field);
            case "with_payload" -> payload = PayloadSelection.read(json);
            case "with_vector", "with_vectors" -> vectors = VectorSelection.read(json, schema);
            case "params" -> SearchParams.read(json);
            case "filter" -> filter = FilterJson.read(json, schema);
            default -> {
                boolean known =
                        form == Form.QUERY ? queryField(field, json) : searchField(field, json);
                if (!known && !options.field(field, json)) {
                    throw RequestJson.unknown(
                            field,
                            form == Form.QUERY ? "a query" : "a search",
                            (form == Form.QUERY ? "query, using, " : "vector, ") + KNOWN);
                }
            }
        }
    }

    private boolean searchField(String field, JsonReader json) {
        if (!field.equals("vector")) {
            return false;
        }
        if (json.peek() == JsonKind.OBJECT) {
            RequestJson.fields(json, this::namedVectorField);
        } else {
            input = VectorInput.read(json, field);
        }
        return true;
    }

    private void namedVectorField(String field, JsonReader json) {
        switch (field) {
            case "name" -> using = json.string();
            case "vector" -> input = VectorInput.read(json, "vector.vector");
            default -> throw RequestJson.unknown(field, "'vector'", "name, vector");
        }
    }

    private boolean queryField(String field, JsonReader json) {
        switch (field) {
            case "query" -> {
                if (json.peek() == JsonKind.OBJECT) {
                    RequestJson.fields(json, this::queryKind);
                } else {
                    input = VectorInput.read(json, field);
                }
            }
            case "using" -> using = json.string();
            case "prefetch", "lookup_from" ->
                    throw ApiException.notSupported("'" + field + "' is not supported yet");
            default -> {
                return false;
            }
        }
        return true;
    }

    private void queryKind(String kind, JsonReader json) {
        if (!kind.equals("nearest")) {
            throw ApiException.notSupported(
                    "'query' can be a vector, the id of a point, or 'nearest'; '%s' is not supported"
                            .formatted(kind));
        }
        input = VectorInput.read(json, "query.nearest");
    }

    /** The two forms of the question. */
    enum Form {
        SEARCH,
        QUERY
    }
}
