package io.moraine.queryapi.points;

import io.moraine.queryapi.dispatch.ReadOptions;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.wire.FilterJson;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Filter;

/** The body of a request for the number of points; it may be absent. */
final class CountBody {

    private final CollectionSchema schema;
    private final ReadOptions options;
    private Filter filter = Filter.all();
    private boolean exact = true;

    private CountBody(CollectionSchema schema, ReadOptions options) {
        this.schema = schema;
        this.options = options;
    }

    /** Reads a body; what concerns every read goes to the options. */
    static CountBody read(
            byte[] body, CollectionSchema schema, ApiLimits limits, ReadOptions options) {
        CountBody count = new CountBody(schema, options);
        if (body.length > 0) {
            RequestJson.readObject(body, limits.json(), count::field);
        }
        return count;
    }

    Filter filter() {
        return filter;
    }

    /** Whether an estimate will not do. */
    boolean exact() {
        return exact;
    }

    private void field(String field, JsonReader json) {
        switch (field) {
            case "exact" -> exact = json.bool();
            case "filter" -> filter = FilterJson.read(json, schema);
            default -> {
                if (!options.field(field, json)) {
                    throw RequestJson.unknown(
                            field, "a count", "exact, filter, at_least, as_of, timeout");
                }
            }
        }
    }
}
