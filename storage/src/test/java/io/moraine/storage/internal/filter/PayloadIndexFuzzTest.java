package io.moraine.storage.internal.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.model.FieldKind;
import io.moraine.storage.model.FieldTest;
import io.moraine.storage.model.FieldTest.Place;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PointId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Random filters over random payloads: whatever fields are indexed, and however far, what an index
 * says of a row is what reading its payload says.
 */
class PayloadIndexFuzzTest {

    private static final int ROWS = 130;
    private static final int FILTERS = Integer.getInteger("filters", 10_000);
    private static final List<String> PATHS = List.of("a", "b", "t", "o.a", "list[].a", "g", "d");

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private List<byte[]> payloads = List.of();

    @Test
    void whatAnIndexKnowsIsWhatThePayloadSays() {
        int decided = 0;
        PayloadIndex index = new PayloadIndex(Set.of());
        for (int i = 0; i < FILTERS; i++) {
            if (i % 50 == 0) {
                payloads = IntStream.range(0, ROWS).mapToObj(_ -> payload()).toList();
                index = new PayloadIndex(fields());
                int rows = random.nextInt(3) == 0 ? random.nextInt(ROWS) : ROWS;
                index.extend(payloads::get, rows, () -> false);
            }
            Filter filter = filter(0);
            Optional<Verdict> verdict = VerdictFinder.find(filter, new Rows(), index);
            if (verdict.isPresent()) {
                decided += check(filter, verdict.get());
            }
        }
        int rows = decided;
        assertTrue(rows > FILTERS * ROWS / 10, () -> rows + " rows decided, seed " + seed);
    }

    /** Checks every row; returns how many were decided without the payload. */
    private int check(Filter filter, Verdict verdict) {
        FilterMatcher matcher = new FilterMatcher(filter);
        int decided = 0;
        for (int row = 0; row < ROWS; row++) {
            boolean passes = matcher.matches(new Row(row));
            boolean possible = (verdict.possible(row >>> 6) >>> row & 1) != 0;
            int at = row;
            if (verdict.isSure(row)) {
                assertTrue(passes && possible, () -> "sure: " + text(filter, at));
            } else if (!possible) {
                assertEquals(false, passes, () -> "impossible: " + text(filter, at));
            }
            decided += verdict.isSure(row) || !possible ? 1 : 0;
        }
        return decided;
    }

    private String text(Filter filter, int row) {
        return "row %d %s filter %s seed %d"
                .formatted(
                        row, new String(payloads.get(row), StandardCharsets.UTF_8), filter, seed);
    }

    private Set<PayloadField> fields() {
        Set<PayloadField> fields = new HashSet<>();
        for (String path : PATHS) {
            for (int i = random.nextInt(3); i > 0; i--) {
                List<FieldKind> kinds = List.of(FieldKind.values());
                fields.add(
                        new PayloadField(
                                PayloadPath.parse(path), kinds.get(random.nextInt(kinds.size()))));
            }
        }
        return fields;
    }

    private Filter filter(int depth) {
        return switch (random.nextInt(depth > 2 ? 6 : 11)) {
            case 0, 1, 2 -> new Filter.Field(path(), test());
            case 3 -> new Filter.IsEmpty(path());
            case 4 -> new Filter.IsNull(path());
            case 5 -> new Filter.ValueCount(path(), random.nextInt(3), 1 + random.nextInt(3));
            case 6 -> new Filter.And(filters(depth));
            case 7 -> new Filter.AtLeast(random.nextInt(4), filters(depth));
            case 8 -> new Filter.Not(filter(depth + 1));
            case 9 -> new Filter.HasId(new HashSet<>(List.of(randomId(), randomId())));
            default ->
                    random.nextBoolean()
                            ? new Filter.HasVector(0)
                            : new Filter.Nested(path(), new Filter.Field(path(), test()));
        };
    }

    private List<Filter> filters(int depth) {
        return IntStream.range(0, random.nextInt(4)).mapToObj(_ -> filter(depth + 1)).toList();
    }

    private FieldTest test() {
        return switch (random.nextInt(8)) {
            case 0 -> new FieldTest.OneOf(values());
            case 1 -> new FieldTest.NoneOf(values());
            case 2 ->
                    new FieldTest.Words(
                            List.of(FieldTest.Words.Mode.values()).get(random.nextInt(3)),
                            pick("red", "fox red", "quick red", "none", "!", "The"));
            case 3, 4 ->
                    new FieldTest.NumberRange(
                            random.nextInt(4) - 1.5,
                            random.nextBoolean(),
                            random.nextInt(4),
                            random.nextBoolean());
            case 5 ->
                    new FieldTest.TimeRange(
                            Instant.parse(pick("2026-01-01T00:00:00Z", "2026-01-02T03:04:05.5Z")),
                            random.nextBoolean(),
                            Instant.parse(pick("2026-01-02T03:04:05.5Z", "2026-02-01T00:00:00Z")),
                            random.nextBoolean());
            case 6 -> new FieldTest.GeoBox(5, 1, -5, random.nextInt(5));
            default ->
                    random.nextBoolean()
                            ? new FieldTest.GeoCircle(new Place(1, 1), random.nextInt(400_000))
                            : new FieldTest.GeoPolygon(
                                    List.of(
                                            new Place(0, 0),
                                            new Place(3, 0),
                                            new Place(0, 3),
                                            new Place(0, 0)),
                                    List.of());
        };
    }

    private PointId randomId() {
        return id(random.nextInt(ROWS));
    }

    private Set<Object> values() {
        Set<Object> values = new HashSet<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            values.add(
                    switch (random.nextInt(4)) {
                        case 0 -> (long) random.nextInt(3);
                        case 1 -> random.nextBoolean();
                        default -> pick("red", "1", "quick red fox", "2026-01-01");
                    });
        }
        return values;
    }

    private byte[] payload() {
        if (random.nextInt(12) == 0) {
            return new byte[0];
        }
        List<String> fields = new ArrayList<>();
        for (String key : List.of("a", "b", "t", "g", "d")) {
            if (random.nextInt(4) > 0) {
                fields.add("\"" + key + "\":" + (random.nextInt(3) == 0 ? array() : value()));
            }
        }
        fields.add("\"o\":{\"a\":" + value() + "}");
        fields.add("\"list\":[{\"a\":" + value() + "},{\"a\":" + array() + "}," + value() + "]");
        return fields.stream()
                .collect(Collectors.joining(",", "{", "}"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private String array() {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(_ -> value())
                .collect(Collectors.joining(",", "[", "]"));
    }

    private String value() {
        return pick(
                "0",
                "1",
                "2",
                "1.0",
                "1.5",
                "-2",
                "1e1",
                "null",
                "true",
                "false",
                "{}",
                "\"red\"",
                "\"1\"",
                "\"quick red fox\"",
                "\"The red\"",
                "\"2026-01-01\"",
                "\"2026-01-02T03:04:05.5Z\"",
                "\"2026-01-31T00:00:00+02:00\"",
                "{\"lon\": 1, \"lat\": 1}",
                "{\"lon\": 2.5, \"lat\": 0.1}",
                "{\"lon\": 200, \"lat\": 0}",
                "99999999999999999999");
    }

    private PayloadPath path() {
        return PayloadPath.parse(PATHS.get(random.nextInt(PATHS.size())));
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static PointId id(int row) {
        return PointId.of(row);
    }

    private static final class Rows implements VerdictFinder.Rows {

        @Override
        public int count() {
            return ROWS;
        }

        @Override
        public int find(PointId id) {
            return Integer.parseInt(id.toString());
        }

        @Override
        public long withVector(int slot, int word) {
            return 0x5555_5555_5555_5555L;
        }
    }

    private final class Row implements Candidate {

        private final int row;

        Row(int row) {
            this.row = row;
        }

        @Override
        public PointId id() {
            return PayloadIndexFuzzTest.id(row);
        }

        @Override
        public byte[] payload() {
            return payloads.get(row);
        }

        @Override
        public boolean hasVector(int slot) {
            return row % 2 == 0;
        }
    }
}
