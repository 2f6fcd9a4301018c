package io.moraine.queryapi.points;

import io.moraine.queryapi.dispatch.ReadOptions;
import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.wire.FilterJson;
import io.moraine.queryapi.wire.OrderByJson;
import io.moraine.queryapi.wire.PayloadSelection;
import io.moraine.queryapi.wire.PointIdJson;
import io.moraine.queryapi.wire.PointJson;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.queryapi.wire.ShownFields;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.ListRequest;
import io.moraine.storage.model.PointId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The body of a request for all points, page by page in the order of their ids or of a field. */
final class ScrollBody {

    private final CollectionSchema schema;
    private final ReadOptions options;
    private final ShownFields shown;
    private @Nullable PointId offset;
    private @Nullable OrderByJson order;
    private int limit = 10;
    private Filter filter = Filter.all();

    private ScrollBody(CollectionSchema schema, ReadOptions options) {
        this.schema = schema;
        this.options = options;
        this.shown = new ShownFields(schema, PayloadSelection.all());
    }

    /** Reads a body; what concerns every read goes to the options. */
    static ScrollBody read(
            byte[] body, CollectionSchema schema, ApiLimits limits, ReadOptions options) {
        ScrollBody scroll = new ScrollBody(schema, options);
        RequestJson.readObject(body, limits.json(), scroll::field);
        if (scroll.limit < 1) {
            throw ApiException.badRequest("'limit' must be at least 1, got " + scroll.limit);
        }
        if (scroll.limit > limits.hits()) {
            throw ApiException.limit("'limit'", limits.hits(), scroll.limit);
        }
        return scroll;
    }

    /** Most points of the page. */
    int limit() {
        return limit;
    }

    /** The page and one point more, with which the next page starts. */
    ListRequest request() {
        return new ListRequest(filter, Optional.ofNullable(offset), limit + 1);
    }

    /** The field that orders the points; empty for the order of their ids. */
    Optional<OrderByJson> order() {
        return Optional.ofNullable(order);
    }

    /** The id with which the page starts. */
    Optional<PointId> offset() {
        return Optional.ofNullable(offset);
    }

    Filter filter() {
        return filter;
    }

    PointJson shown() {
        return shown.shown();
    }

    private void field(String field, JsonReader json) {
        switch (field) {
            case "offset" -> offset = PointIdJson.read(json);
            case "limit" -> limit = RequestJson.count(json, field);
            case "filter" -> filter = FilterJson.read(json, schema);
            case "order_by" -> order = OrderByJson.read(json);
            default -> {
                if (!shown.field(field, json) && !options.field(field, json)) {
                    throw RequestJson.unknown(
                            field,
                            "a scroll",
                            "offset, limit, order_by, filter, with_payload, with_vector, at_least,"
                                    + " as_of, timeout");
                }
            }
        }
    }
}
