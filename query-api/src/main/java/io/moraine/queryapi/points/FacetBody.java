package io.moraine.queryapi.points;

import io.moraine.queryapi.dispatch.ReadOptions;
import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.wire.FilterJson;
import io.moraine.queryapi.wire.JsonWriter;
import io.moraine.queryapi.wire.PayloadSelection;
import io.moraine.queryapi.wire.PayloadValues;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PayloadPath;
import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of a request for the values of a field and how many points have each. */
final class FacetBody {

    private final CollectionSchema schema;
    private final ReadOptions options;
    private @Nullable PayloadPath key;
    private int limit = 10;
    private Filter filter = Filter.all();

    private FacetBody(CollectionSchema schema, ReadOptions options) {
        this.schema = schema;
        this.options = options;
    }

    /** Reads a body; what concerns every read goes to the options. */
    static FacetBody read(
            byte[] body, CollectionSchema schema, ApiLimits limits, ReadOptions options) {
        FacetBody facet = new FacetBody(schema, options);
        RequestJson.readObject(body, limits.json(), facet::field);
        facet.key();
        if (facet.limit < 1) {
            throw ApiException.badRequest("'limit' must be at least 1, got " + facet.limit);
        }
        if (facet.limit > limits.hits()) {
            throw ApiException.limit("'limit'", limits.hits(), facet.limit);
        }
        return facet;
    }

    /** The field. */
    PayloadPath key() {
        if (key == null) {
            throw ApiException.badRequest("'key' is missing: a payload field");
        }
        return key;
    }

    Filter filter() {
        return filter;
    }

    /** Writes the most frequent values, and of equally frequent ones the first. */
    void write(Map<Object, Long> counts, JsonWriter out) {
        Comparator<Map.Entry<Object, Long>> mostFirst =
                Comparator.comparingLong(entry -> -entry.getValue());
        out.beginObject().name("hits").beginArray();
        counts.entrySet().stream()
                .sorted(mostFirst.thenComparing(entry -> entry.getKey(), FacetBody::compare))
                .limit(limit)
                .forEach(entry -> {
                    out.beginObject().name("value");
                    PayloadValues.write(entry.getKey(), out);
                    out.name("count").value(entry.getValue()).endObject();
                });
        out.endArray().endObject();
    }

    /** Integers come first, by value, then everything else as text. */
    private static int compare(Object a, Object b) {
        if (a instanceof Long left && b instanceof Long right) {
            return Long.compare(left, right);
        }
        if (a instanceof Long || b instanceof Long) {
            return a instanceof Long ? -1 : 1;
        }
        return a.toString().compareTo(b.toString());
    }

    private void field(String field, JsonReader json) {
        switch (field) {
            case "key" -> key = PayloadSelection.path(json.string());
            case "limit" -> limit = RequestJson.count(json, field);
            case "filter" -> filter = FilterJson.read(json, schema);
            // Every count is exact, which is within what an estimate asks for.
            case "exact" -> json.bool();
            default -> {
                if (!options.field(field, json)) {
                    throw RequestJson.unknown(
                            field,
                            "a facet",
                            "key, limit, filter, exact, at_least, as_of, timeout");
                }
            }
        }
    }
}
