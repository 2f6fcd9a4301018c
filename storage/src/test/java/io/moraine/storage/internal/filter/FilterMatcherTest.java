package io.moraine.storage.internal.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.model.FieldTest;
import io.moraine.storage.model.FieldTest.Place;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.TimeText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterMatcherTest {

    private static final Place BERN = new Place(7.4474, 46.9480);
    private static final Place ZURICH = new Place(8.5417, 47.3769);

    @Test
    void measuresDistancesAlongTheSurface() {
        // One degree of a great circle is R * pi / 180.
        assertEquals(111_195, GeoShapes.meters(new Place(0, 0), new Place(0, 1)), 1);
        assertEquals(111_195, GeoShapes.meters(new Place(179.5, 0), new Place(-179.5, 0)), 1);
        assertEquals(95_500, GeoShapes.meters(BERN, ZURICH), 500);
        assertTrue(
                passes(
                        "{\"at\": {\"lon\": 8.5417, \"lat\": 47.3769}}",
                        "at",
                        new FieldTest.GeoCircle(BERN, 96_500)));
        assertFalse(
                passes(
                        "{\"at\": {\"lon\": 8.5417, \"lat\": 47.3769}}",
                        "at",
                        new FieldTest.GeoCircle(BERN, 94_500)));
    }

    @Test
    void findsPlacesInRectanglesAlsoAcrossTheAntimeridian() {
        FieldTest fiji = new FieldTest.GeoBox(-15, 176, -20, -178);
        assertTrue(passes("{\"at\": {\"lon\": 178.4, \"lat\": -18.1}}", "at", fiji));
        assertTrue(passes("{\"at\": {\"lon\": -179.9, \"lat\": -16}}", "at", fiji));
        assertFalse(passes("{\"at\": {\"lon\": 0, \"lat\": -18.1}}", "at", fiji));
        assertFalse(passes("{\"at\": {\"lon\": 178.4, \"lat\": -21}}", "at", fiji));
        assertTrue(
                passes(
                        "{\"at\": [{\"lon\": 1, \"lat\": 1}, {\"lon\": 177, \"lat\": -17}]}",
                        "at",
                        fiji));
        assertFalse(passes("{\"at\": {\"lon\": \"177\", \"lat\": -17}}", "at", fiji));
        assertFalse(passes("{\"at\": {\"lon\": 1777, \"lat\": -17}}", "at", fiji));
    }

    @Test
    void findsPlacesInPolygonsButNotInTheirHoles() {
        FieldTest ring = new FieldTest.GeoPolygon(square(0, 10), List.of(square(4, 6)));
        assertTrue(passes("{\"at\": {\"lon\": 2, \"lat\": 2}}", "at", ring));
        assertFalse(passes("{\"at\": {\"lon\": 5, \"lat\": 5}}", "at", ring));
        assertFalse(passes("{\"at\": {\"lon\": 11, \"lat\": 5}}", "at", ring));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T12:00:00Z, 2026-01-31T12:00:00Z",
        "2026-01-31t12:00:00z, 2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00.25+01:30, 2026-01-31T10:30:00.250Z",
        "2026-01-31 12:00:00, 2026-01-31T12:00:00Z",
        "2026-01-31T12:00, 2026-01-31T12:00:00Z",
        "2026-01-31, 2026-01-31T00:00:00Z"
    })
    void readsTimesTheWayPeopleWriteThem(String text, Instant expected) {
        assertEquals(Optional.of(expected), TimeText.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026",
                "2026-13-01",
                "2026-02-30",
                "yesterday",
                "2026-01-31T25:00:00Z",
                "2026-01-31X12:00:00Z"
            })
    void refusesWhatIsNoTime(String text) {
        assertEquals(Optional.empty(), TimeText.parse(text));
    }

    @Test
    void comparesTimesNotTheirText() {
        FieldTest range =
                new FieldTest.TimeRange(
                        Instant.parse("2026-01-31T12:00:00Z"),
                        true,
                        Instant.parse("2026-02-01T00:00:00Z"),
                        false);
        assertTrue(passes("{\"t\": \"2026-01-31T14:00:00+02:00\"}", "t", range));
        assertFalse(passes("{\"t\": \"2026-01-31T13:59:59+02:00\"}", "t", range));
        assertFalse(passes("{\"t\": \"2026-02-01\"}", "t", range));
        assertFalse(passes("{\"t\": 1769860800}", "t", range));
    }

    @Test
    void comparesWordsWithoutRegardToCaseAndMarks() {
        String payload = "{\"t\": \"The quick, brown fox — l'été 2026.\"}";
        assertTrue(passes(payload, "t", words(FieldTest.Words.Mode.ALL, "FOX quick")));
        assertFalse(passes(payload, "t", words(FieldTest.Words.Mode.ALL, "fox dog")));
        assertFalse(passes(payload, "t", words(FieldTest.Words.Mode.ALL, "qui")));
        assertTrue(passes(payload, "t", words(FieldTest.Words.Mode.ANY, "dog ÉTÉ")));
        assertTrue(passes(payload, "t", words(FieldTest.Words.Mode.PHRASE, "Quick brown fox")));
        assertFalse(passes(payload, "t", words(FieldTest.Words.Mode.PHRASE, "quick fox")));
        assertFalse(passes(payload, "t", words(FieldTest.Words.Mode.ALL, " — ")));
    }

    @Test
    void doesNotReadThePayloadWhenTheIdDecides() {
        Filter filter =
                new Filter.And(
                        List.of(
                                new Filter.HasId(Set.of(PointId.of(1))),
                                field("a", new FieldTest.OneOf(Set.of(1L)))));
        Candidate unreadable =
                new Candidate() {
                    @Override
                    public PointId id() {
                        return PointId.of(2);
                    }

                    @Override
                    public byte[] payload() {
                        throw new AssertionError("read without need");
                    }

                    @Override
                    public boolean hasVector(int slot) {
                        return false;
                    }
                };
        assertFalse(new FilterMatcher(filter).matches(unreadable));
    }

    @Test
    void takesADamagedPayloadForNone() {
        assertFalse(passes("{\"a\": 1, \"b", "a", new FieldTest.OneOf(Set.of(1L))));
        assertFalse(passes("", "a", new FieldTest.OneOf(Set.of(1L))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "a.", "a..b", "a[", "a[x]", "a[-1]", "\"a", "[0]", "a]b.", "a[0]b"})
    void refusesPathsThatAreNone(String path) {
        assertThrows(IllegalArgumentException.class, () -> PayloadPath.parse(path), path);
    }

    private static List<Place> square(double from, double to) {
        return List.of(
                new Place(from, from),
                new Place(to, from),
                new Place(to, to),
                new Place(from, to),
                new Place(from, from));
    }

    private static FieldTest words(FieldTest.Words.Mode mode, String text) {
        return new FieldTest.Words(mode, text);
    }

    private static Filter field(String path, FieldTest test) {
        return new Filter.Field(PayloadPath.parse(path), test);
    }

    private static boolean passes(String payload, String path, FieldTest test) {
        return new FilterMatcher(field(path, test))
                .matches(
                        new Candidate() {
                            @Override
                            public PointId id() {
                                return PointId.of(1);
                            }

                            @Override
                            public byte[] payload() {
                                return payload.getBytes(StandardCharsets.UTF_8);
                            }

                            @Override
                            public boolean hasVector(int slot) {
                                return false;
                            }
                        });
    }
}
