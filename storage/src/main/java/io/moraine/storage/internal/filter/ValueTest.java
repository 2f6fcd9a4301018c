package io.moraine.storage.internal.filter;

import io.moraine.storage.model.FieldTest;
import io.moraine.storage.model.TimeText;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Applies field tests to single values of a payload tree. */
final class ValueTest {

    private ValueTest() {}

    /** Whether a value passes. */
    static boolean passes(FieldTest test, Object value) {
        return switch (test) {
            case FieldTest.OneOf one -> one.values().contains(value);
            case FieldTest.NoneOf none -> isScalar(value) && !none.values().contains(value);
            case FieldTest.Words words -> value instanceof String text && hasWords(words, text);
            case FieldTest.NumberRange range ->
                    value instanceof Number number && within(range, number.doubleValue());
            case FieldTest.TimeRange range ->
                    value instanceof String text
                            && TimeText.parse(text).map(time -> within(range, time)).orElse(false);
            case FieldTest.GeoBox box ->
                    place(value).map(place -> GeoShapes.inside(box, place)).orElse(false);
            case FieldTest.GeoCircle circle ->
                    place(value).map(place -> GeoShapes.inside(circle, place)).orElse(false);
            case FieldTest.GeoPolygon polygon ->
                    place(value).map(place -> GeoShapes.inside(polygon, place)).orElse(false);
        };
    }

    /** How many values a field has. */
    static long count(List<Object> found) {
        long count = 0;
        for (Object value : found) {
            count +=
                    value instanceof List<?> elements
                            ? elements.size()
                            : PayloadTree.NULL.equals(value) ? 0 : 1;
        }
        return count;
    }

    /** Whether a value counts as none. */
    static boolean isEmpty(Object value) {
        return PayloadTree.NULL.equals(value) || (value instanceof List<?> list && list.isEmpty());
    }

    private static boolean isScalar(Object value) {
        return value instanceof String || value instanceof Long || value instanceof Boolean;
    }

    static boolean within(FieldTest.NumberRange range, double value) {
        boolean above = range.fromIncluded() ? value >= range.from() : value > range.from();
        boolean below = range.toIncluded() ? value <= range.to() : value < range.to();
        return above && below;
    }

    static boolean within(FieldTest.TimeRange range, Instant value) {
        int low = value.compareTo(range.from());
        int high = value.compareTo(range.to());
        return (range.fromIncluded() ? low >= 0 : low > 0)
                && (range.toIncluded() ? high <= 0 : high < 0);
    }

    private static boolean hasWords(FieldTest.Words question, String text) {
        List<String> wanted = TextWords.of(question.text());
        List<String> present = TextWords.of(text);
        return !wanted.isEmpty()
                && switch (question.mode()) {
                    case ALL -> present.containsAll(wanted);
                    case ANY -> !Collections.disjoint(present, wanted);
                    case PHRASE -> Collections.indexOfSubList(present, wanted) >= 0;
                };
    }

    static Optional<FieldTest.Place> place(Object value) {
        if (value instanceof Map<?, ?> fields
                && fields.get("lon") instanceof Number lon
                && fields.get("lat") instanceof Number lat
                && Math.abs(lon.doubleValue()) <= 180
                && Math.abs(lat.doubleValue()) <= 90) {
            return Optional.of(new FieldTest.Place(lon.doubleValue(), lat.doubleValue()));
        }
        return Optional.empty();
    }
}
