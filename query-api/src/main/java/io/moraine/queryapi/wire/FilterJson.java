package io.moraine.queryapi.wire;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PayloadPath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads filters: {@code must}, {@code should}, {@code must_not} and {@code min_should} over
 * conditions, each of which is a filter again, a test of a payload field, or a question about the
 * point itself.
 */
public final class FilterJson {

    /** Most conditions of one filter, nested ones included. */
    static final int CONDITIONS_MAX = 1024;

    /** Most ids or values in one condition. */
    static final int VALUES_MAX = 10_000;

    private static final String KNOWN =
            "must, should, must_not, min_should, key, is_empty, is_null, has_id, has_vector,"
                    + " nested";

    private final CollectionSchema schema;
    private int conditions;

    private FilterJson(CollectionSchema schema) {
        this.schema = schema;
    }

    /** Reads the next value. */
    public static Filter read(JsonReader json, CollectionSchema schema) {
        return new FilterJson(schema).filter(json);
    }

    /** Reads a payload path. */
    static PayloadPath path(String text) {
        try {
            return PayloadPath.parse(text);
        } catch (IllegalArgumentException invalid) {
            throw new ApiException(
                    ErrorCode.BAD_REQUEST, String.valueOf(invalid.getMessage()), invalid);
        }
    }

    private Filter filter(JsonReader json) {
        if (++conditions > CONDITIONS_MAX) {
            throw ApiException.limit("conditions in a filter", CONDITIONS_MAX, conditions);
        }
        Parts parts = new Parts();
        RequestJson.fields(json, parts::field);
        return parts.filter();
    }

    private List<Filter> conditions(JsonReader json) {
        if (json.peek() == JsonKind.OBJECT) {
            return List.of(filter(json));
        }
        return RequestJson.list(json, "conditions in a filter", CONDITIONS_MAX, this::filter);
    }

    private static PayloadPath keyOnly(JsonReader json, String where) {
        PayloadPath[] path = new PayloadPath[1];
        RequestJson.fields(
                json,
                (name, reader) -> {
                    if (!name.equals("key")) {
                        throw RequestJson.unknown(name, "'" + where + "'", "key");
                    }
                    path[0] = path(reader.string());
                });
        return required(path[0], where + ".key");
    }

    private static <T> T required(@Nullable T value, String field) {
        if (value == null) {
            throw ApiException.badRequest("'" + field + "' is missing in the filter");
        }
        return value;
    }

    /** The fields of one filter or condition as they are read. */
    private final class Parts {

        private final List<Filter> found = new ArrayList<>();
        private @Nullable PayloadPath key;
        private @Nullable Function<PayloadPath, Filter> test;

        void field(String name, JsonReader json) {
            switch (name) {
                case "must" -> found.addAll(conditions(json));
                case "must_not" ->
                        conditions(json).forEach(part -> found.add(new Filter.Not(part)));
                case "should" -> {
                    List<Filter> any = conditions(json);
                    if (!any.isEmpty()) {
                        found.add(new Filter.AtLeast(1, any));
                    }
                }
                case "min_should" -> found.add(minShould(json));
                case "has_id" ->
                        found.add(
                                new Filter.HasId(
                                        new HashSet<>(
                                                RequestJson.list(
                                                        json,
                                                        "ids in a filter",
                                                        VALUES_MAX,
                                                        PointIdJson::read))));
                case "has_vector" ->
                        found.add(
                                new Filter.HasVector(VectorSelection.slot(json.string(), schema)));
                case "nested" -> found.add(nested(json));
                case "key" -> key = path(json.string());
                case "is_empty", "is_null" -> absence(name, json);
                default -> {
                    if (test != null) {
                        throw ApiException.badRequest(
                                "a condition takes one test of its field; put others beside it in"
                                        + " 'must'");
                    }
                    test = FieldTestJson.read(name, json, KNOWN);
                }
            }
        }

        Filter filter() {
            if (key != null || test != null) {
                if (test == null) {
                    throw ApiException.badRequest(
                            "a condition on a field needs a test: match, range, geo_bounding_box,"
                                + " geo_radius, geo_polygon, values_count, is_empty or is_null");
                }
                found.add(test.apply(required(key, "key")));
            }
            return found.size() == 1 ? found.getFirst() : new Filter.And(found);
        }

        /** Either {@code {"is_null": {"key": …}}} or {@code {"key": …, "is_null": true}}. */
        private void absence(String name, JsonReader json) {
            Function<PayloadPath, Filter> absent =
                    name.equals("is_empty") ? Filter.IsEmpty::new : Filter.IsNull::new;
            if (json.peek() == JsonKind.OBJECT) {
                found.add(absent.apply(keyOnly(json, name)));
            } else {
                boolean wanted = json.bool();
                test = path -> wanted ? absent.apply(path) : new Filter.Not(absent.apply(path));
            }
        }

        private Filter minShould(JsonReader json) {
            List<Filter> some = new ArrayList<>();
            int[] count = {-1};
            RequestJson.fields(
                    json,
                    (name, reader) -> {
                        switch (name) {
                            case "conditions" -> some.addAll(conditions(reader));
                            case "min_count" -> count[0] = RequestJson.count(reader, name);
                            default ->
                                    throw RequestJson.unknown(
                                            name, "'min_should'", "conditions, min_count");
                        }
                    });
            if (count[0] < 0) {
                throw ApiException.badRequest("'min_should' needs 'min_count'");
            }
            return new Filter.AtLeast(count[0], some);
        }

        private Filter nested(JsonReader json) {
            PayloadPath[] path = new PayloadPath[1];
            Filter[] inner = new Filter[1];
            RequestJson.fields(
                    json,
                    (name, reader) -> {
                        switch (name) {
                            case "key" -> path[0] = path(reader.string());
                            case "filter" -> inner[0] = FilterJson.this.filter(reader);
                            default -> throw RequestJson.unknown(name, "'nested'", "key, filter");
                        }
                    });
            return new Filter.Nested(
                    required(path[0], "nested.key"), required(inner[0], "nested.filter"));
        }
    }
}
