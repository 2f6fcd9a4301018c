package io.moraine.queryapi.wire;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.FieldTest;
import io.moraine.storage.model.FieldTest.Place;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.TimeText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the tests a payload field can be put to. */
final class FieldTestJson {

    /** More values than any field has. */
    private static final long COUNT_MAX = 1L << 53;

    private FieldTestJson() {}

    /** Reads the value of a test's field. */
    static Function<PayloadPath, Filter> read(String name, JsonReader json, String known) {
        if (name.equals("values_count")) {
            Bounds bounds = Bounds.read(json, name);
            long from = Math.max(bounds.count("gte", 0), bounds.count("gt", -1) + 1);
            long to = Math.min(bounds.count("lte", COUNT_MAX), bounds.count("lt", COUNT_MAX) - 1);
            return path -> new Filter.ValueCount(path, from, to);
        }
        FieldTest test =
                switch (name) {
                    case "match" -> match(json);
                    case "range" -> Bounds.read(json, name).range();
                    case "geo_bounding_box" -> box(json);
                    case "geo_radius" -> circle(json);
                    case "geo_polygon" -> polygon(json);
                    default -> throw RequestJson.unknown(name, "a filter", known);
                };
        return path -> new Filter.Field(path, test);
    }

    private static FieldTest match(JsonReader json) {
        FieldTest[] found = new FieldTest[1];
        RequestJson.fields(
                json,
                (name, reader) -> {
                    if (found[0] != null) {
                        throw ApiException.badRequest("'match' takes one way to match");
                    }
                    found[0] =
                            switch (name) {
                                case "value" -> new FieldTest.OneOf(Set.of(scalar(reader)));
                                case "any" -> new FieldTest.OneOf(scalars(reader));
                                case "except" -> new FieldTest.NoneOf(scalars(reader));
                                case "text" -> words(FieldTest.Words.Mode.ALL, reader);
                                case "text_any" -> words(FieldTest.Words.Mode.ANY, reader);
                                case "phrase" -> words(FieldTest.Words.Mode.PHRASE, reader);
                                default ->
                                        throw RequestJson.unknown(
                                                name,
                                                "'match'",
                                                "value, any, except, text, text_any, phrase");
                            };
                });
        return required(found[0], "match", "value, any, except, text, text_any or phrase");
    }

    private static FieldTest words(FieldTest.Words.Mode mode, JsonReader json) {
        return new FieldTest.Words(mode, json.string());
    }

    private static Set<Object> scalars(JsonReader json) {
        return new HashSet<>(
                RequestJson.list(
                        json, "values in 'match'", FilterJson.VALUES_MAX, FieldTestJson::scalar));
    }

    private static Object scalar(JsonReader json) {
        JsonKind kind = json.peek();
        return switch (kind) {
            case STRING -> json.string();
            case BOOLEAN -> json.bool();
            case NUMBER -> {
                String text = json.number();
                try {
                    yield Long.parseLong(text);
                } catch (NumberFormatException notInteger) {
                    throw new ApiException(
                            ErrorCode.BAD_REQUEST,
                            "'match' compares strings, 64-bit integers and booleans; use 'range' for %s"
                                    .formatted(text),
                            notInteger);
                }
            }
            case OBJECT, ARRAY, NULL ->
                    throw RequestJson.wrongType("match", "a string, integer or boolean", kind);
        };
    }

    private static FieldTest box(JsonReader json) {
        Map<String, Place> corners = new HashMap<>();
        RequestJson.fields(
                json,
                (name, reader) -> {
                    switch (name) {
                        case "top_left", "bottom_right" -> corners.put(name, place(reader));
                        default ->
                                throw RequestJson.unknown(
                                        name, "'geo_bounding_box'", "top_left, bottom_right");
                    }
                });
        Place topLeft = required(corners.get("top_left"), "geo_bounding_box", "top_left");
        Place bottomRight =
                required(corners.get("bottom_right"), "geo_bounding_box", "bottom_right");
        return new FieldTest.GeoBox(
                topLeft.lat(), topLeft.lon(), bottomRight.lat(), bottomRight.lon());
    }

    private static FieldTest circle(JsonReader json) {
        Place[] center = new Place[1];
        double[] meters = {-1};
        RequestJson.fields(
                json,
                (name, reader) -> {
                    switch (name) {
                        case "center" -> center[0] = place(reader);
                        case "radius" -> meters[0] = number(reader, name);
                        default ->
                                throw RequestJson.unknown(name, "'geo_radius'", "center, radius");
                    }
                });
        if (!(meters[0] >= 0)) {
            throw ApiException.badRequest("'geo_radius' needs 'radius', in meters, not negative");
        }
        return new FieldTest.GeoCircle(required(center[0], "geo_radius", "center"), meters[0]);
    }

    private static FieldTest polygon(JsonReader json) {
        List<Place> exterior = new ArrayList<>();
        List<List<Place>> interiors = new ArrayList<>();
        RequestJson.fields(
                json,
                (name, reader) -> {
                    switch (name) {
                        case "exterior" -> exterior.addAll(ring(reader));
                        case "interiors" ->
                                RequestJson.elements(reader, hole -> interiors.add(ring(hole)));
                        default ->
                                throw RequestJson.unknown(
                                        name, "'geo_polygon'", "exterior, interiors");
                    }
                });
        if (exterior.isEmpty()) {
            throw ApiException.badRequest("'geo_polygon' needs 'exterior'");
        }
        return new FieldTest.GeoPolygon(exterior, interiors);
    }

    private static List<Place> ring(JsonReader json) {
        List<Place> points = new ArrayList<>();
        RequestJson.fields(
                json,
                (name, reader) -> {
                    if (!name.equals("points")) {
                        throw RequestJson.unknown(name, "a ring of 'geo_polygon'", "points");
                    }
                    points.addAll(
                            RequestJson.list(
                                    reader,
                                    "points of a ring",
                                    FilterJson.VALUES_MAX,
                                    FieldTestJson::place));
                });
        if (points.size() < 4 || !points.getFirst().equals(points.getLast())) {
            throw ApiException.badRequest(
                    "a ring of 'geo_polygon' has at least 4 points, the last equal to the first");
        }
        return points;
    }

    private static Place place(JsonReader json) {
        double[] lonLat = {Double.NaN, Double.NaN};
        RequestJson.fields(
                json,
                (name, reader) -> {
                    switch (name) {
                        case "lon" -> lonLat[0] = number(reader, name);
                        case "lat" -> lonLat[1] = number(reader, name);
                        default -> throw RequestJson.unknown(name, "a place", "lon, lat");
                    }
                });
        try {
            return new Place(lonLat[0], lonLat[1]);
        } catch (IllegalArgumentException invalid) {
            throw new ApiException(
                    ErrorCode.BAD_REQUEST, String.valueOf(invalid.getMessage()), invalid);
        }
    }

    private static double number(JsonReader json, String field) {
        double value = Double.parseDouble(json.number());
        if (!Double.isFinite(value)) {
            throw ApiException.badRequest("'" + field + "' does not fit a 64-bit float");
        }
        return value;
    }

    private static <T> T required(@Nullable T value, String where, String what) {
        if (value == null) {
            throw ApiException.badRequest("'" + where + "' needs " + what);
        }
        return value;
    }

    /** Up to four bounds: {@code gt}, {@code gte}, {@code lt}, {@code lte}. */
    private static final class Bounds {

        private final Map<String, Object> values = new HashMap<>();

        static Bounds read(JsonReader json, String where) {
            Bounds bounds = new Bounds();
            RequestJson.fields(
                    json,
                    (name, reader) -> {
                        if (!Set.of("gt", "gte", "lt", "lte").contains(name)) {
                            throw RequestJson.unknown(name, "'" + where + "'", "gt, gte, lt, lte");
                        }
                        bounds.values.put(name, bound(reader, name));
                    });
            return bounds;
        }

        /** A bound as a count, or another value when it is not given. */
        long count(String name, long otherwise) {
            Object value = values.get(name);
            if (value == null) {
                return otherwise;
            }
            if (value instanceof Double number && number >= 0 && number == Math.rint(number)) {
                return Math.min(number.longValue(), COUNT_MAX);
            }
            throw ApiException.badRequest("'values_count' takes integers that are not negative");
        }

        FieldTest range() {
            boolean times = values.values().stream().anyMatch(Instant.class::isInstance);
            if (times && !values.values().stream().allMatch(Instant.class::isInstance)) {
                throw ApiException.badRequest("'range' takes numbers or times, not both");
            }
            return times ? timeRange() : numberRange();
        }

        private FieldTest numberRange() {
            double gt = (Double) values.getOrDefault("gt", Double.NEGATIVE_INFINITY);
            double gte = (Double) values.getOrDefault("gte", Double.NEGATIVE_INFINITY);
            double lt = (Double) values.getOrDefault("lt", Double.POSITIVE_INFINITY);
            double lte = (Double) values.getOrDefault("lte", Double.POSITIVE_INFINITY);
            return new FieldTest.NumberRange(
                    Math.max(gt, gte), gte > gt, Math.min(lt, lte), lte < lt);
        }

        private FieldTest timeRange() {
            Instant gt = (Instant) values.getOrDefault("gt", Instant.MIN);
            Instant gte = (Instant) values.getOrDefault("gte", Instant.MIN);
            Instant lt = (Instant) values.getOrDefault("lt", Instant.MAX);
            Instant lte = (Instant) values.getOrDefault("lte", Instant.MAX);
            boolean fromIncluded = gte.isAfter(gt);
            boolean toIncluded = lte.isBefore(lt);
            return new FieldTest.TimeRange(
                    fromIncluded ? gte : gt, fromIncluded, toIncluded ? lte : lt, toIncluded);
        }

        private static Object bound(JsonReader json, String name) {
            if (json.peek() != JsonKind.STRING) {
                return number(json, name);
            }
            String text = json.string();
            return TimeText.parse(text)
                    .orElseThrow(() ->
                            ApiException.badRequest(
                                    "'%s' is neither a number nor a time like 2026-01-31T12:00:00Z: %s"
                                            .formatted(name, text)));
        }
    }
}
