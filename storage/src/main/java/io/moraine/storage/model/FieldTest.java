package io.moraine.storage.model;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What a value of a payload field has to pass. Immutable. */
public sealed interface FieldTest {

    /**
     * The value is one of these strings, integers or booleans; of the same type, too.
     *
     * @param values {@link String}, {@link Long} and {@link Boolean} objects
     */
    record OneOf(Set<Object> values) implements FieldTest {
        public OneOf {
            values = Set.copyOf(values);
        }
    }

    /**
     * The value is a string, integer or boolean, and none of these.
     *
     * @param values {@link String}, {@link Long} and {@link Boolean} objects
     */
    record NoneOf(Set<Object> values) implements FieldTest {
        public NoneOf {
            values = Set.copyOf(values);
        }
    }

    /**
     * The value is a text whose words satisfy a question. Words are runs of letters and digits,
     * compared without regard to case.
     *
     * @param mode how the words are asked for
     * @param text the words
     */
    record Words(Mode mode, String text) implements FieldTest {

        /** How words are asked for. */
        public enum Mode {
            /** Each occurs. */
            ALL,
            /** One of them occurs. */
            ANY,
            /** They occur one after the other. */
            PHRASE
        }
    }

    /**
     * The value is a number within bounds.
     *
     * @param from lower bound, negative infinity for none
     * @param fromIncluded whether the lower bound itself passes
     * @param to upper bound, infinity for none
     * @param toIncluded whether the upper bound itself passes
     */
    record NumberRange(double from, boolean fromIncluded, double to, boolean toIncluded)
            implements FieldTest {}

    /**
     * The value is a moment within bounds, written as RFC 3339 has it; a date alone is its first
     * moment, a time without zone is UTC.
     *
     * @param from lower bound, {@link Instant#MIN} for none
     * @param fromIncluded whether the lower bound itself passes
     * @param to upper bound, {@link Instant#MAX} for none
     * @param toIncluded whether the upper bound itself passes
     */
    record TimeRange(Instant from, boolean fromIncluded, Instant to, boolean toIncluded)
            implements FieldTest {}

    /**
     * The value is a place within a rectangle of degrees; one that crosses the antimeridian has its
     * west east of its east.
     *
     * @param north highest latitude
     * @param west lowest longitude
     * @param south lowest latitude
     * @param east highest longitude
     */
    record GeoBox(double north, double west, double south, double east) implements FieldTest {}

    /**
     * The value is a place within a distance.
     *
     * @param center from where
     * @param meters how far, along the surface
     */
    record GeoCircle(Place center, double meters) implements FieldTest {}

    /**
     * The value is a place within a polygon of degrees, outside of its holes.
     *
     * @param exterior corners; the last is joined to the first
     * @param interiors holes
     */
    record GeoPolygon(List<Place> exterior, List<List<Place>> interiors) implements FieldTest {
        public GeoPolygon {
            exterior = List.copyOf(exterior);
            interiors = interiors.stream().map(List::copyOf).toList();
        }
    }

    /**
     * A place on Earth. In a payload: {@code {"lon": …, "lat": …}}.
     *
     * @param lon longitude in degrees, east positive
     * @param lat latitude in degrees, north positive
     */
    record Place(double lon, double lat) {
        public Place {
            if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) {
                throw new IllegalArgumentException(
                        "no place on Earth: lon=%s lat=%s; lon is within 180, lat within 90 degrees"
                                .formatted(lon, lat));
            }
        }
    }
}
