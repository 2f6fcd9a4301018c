package io.moraine.queryapi.wire;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.OrderRequest;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.TimeText;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * An order by a payload field: its name, or {@code {"key": …, "direction": "asc" | "desc",
 * "start_from": number or time}}.
 *
 * @param path the field
 * @param descending whether the largest comes first
 * @param startKey the first key that is shown
 */
public record OrderByJson(PayloadPath path, boolean descending, OptionalDouble startKey) {

    /** Reads the next value. */
    public static OrderByJson read(JsonReader json) {
        if (json.peek() == JsonKind.STRING) {
            return new OrderByJson(FilterJson.path(json.string()), false, OptionalDouble.empty());
        }
        Fields fields = new Fields();
        RequestJson.fields(json, fields::field);
        if (fields.path == null) {
            throw ApiException.badRequest("'order_by' needs 'key'");
        }
        return new OrderByJson(fields.path, fields.descending, fields.startKey);
    }

    /** The wish for the first points in this order. */
    public OrderRequest request(Filter filter, Optional<OrderRequest.Place> from, int limit) {
        return new OrderRequest(path, descending, startKey, from, filter, limit);
    }

    /** Writes the key of a point: an integer where it is one. */
    public static void writeKey(double key, JsonWriter out) {
        if (key == Math.rint(key) && Math.abs(key) < 1L << 53) {
            out.value((long) key);
        } else {
            out.value(key);
        }
    }

    /** The fields as they are read. */
    private static final class Fields {

        private @Nullable PayloadPath path;
        private boolean descending;
        private OptionalDouble startKey = OptionalDouble.empty();

        void field(String name, JsonReader json) {
            switch (name) {
                case "key" -> path = FilterJson.path(json.string());
                case "direction" ->
                        descending =
                                switch (json.string()) {
                                    case "asc" -> false;
                                    case "desc" -> true;
                                    default ->
                                            throw ApiException.badRequest(
                                                    "'direction' must be asc or desc");
                                };
                case "start_from" -> startKey = OptionalDouble.of(start(json));
                default ->
                        throw RequestJson.unknown(name, "'order_by'", "key, direction, start_from");
            }
        }

        private static double start(JsonReader json) {
            if (json.peek() != JsonKind.STRING) {
                return Double.parseDouble(json.number());
            }
            String text = json.string();
            return TimeText.micros(
                    TimeText.parse(text)
                            .orElseThrow(() ->
                                    ApiException.badRequest(
                                            "'start_from' must be a number or a time like 2026-01-31T12:00:00Z, got '%s'"
                                                    .formatted(text))));
        }
    }
}
