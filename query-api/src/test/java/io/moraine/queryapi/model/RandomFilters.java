package io.moraine.queryapi.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Makes payloads, and filters that some of them pass. */
public final class RandomFilters {

    /** Paths that payloads have values at. */
    public static final List<String> KEYS =
            List.of(
                    "a",
                    "b",
                    "t",
                    "list",
                    "o.a",
                    "o.b",
                    "list[].a",
                    "o.list",
                    "o.o.t",
                    "d",
                    "p",
                    "u");

    private final Random random;
    private final int ids;

    /**
     * @param ids filters name ids below
     */
    public RandomFilters(Random random, int ids) {
        this.random = random;
        this.ids = ids;
    }

    /** A payload. */
    public String payload() {
        return object(0);
    }

    /** A filter. */
    public String filter() {
        return filter(0);
    }

    private String filter(int depth) {
        int kind = random.nextInt(depth > 2 ? 4 : 10);
        return switch (kind) {
            case 0, 1, 2, 3 -> condition();
            case 4, 5 -> "{\"must\": " + conditions(depth) + "}";
            case 6 -> "{\"should\": " + conditions(depth) + "}";
            case 7 -> "{\"must_not\": " + conditions(depth) + ", \"must\": " + condition() + "}";
            case 8 ->
                    "{\"min_should\": {\"min_count\": %d, \"conditions\": %s}}"
                            .formatted(random.nextInt(3), conditions(depth));
            default ->
                    "{\"nested\": {\"key\": \"%s\", \"filter\": %s}}"
                            .formatted(
                                    pick("list", "list[]", "o", "a"), filterWithoutIds(depth + 1));
        };
    }

    /** Ids are not looked at inside of nested filters. */
    private String filterWithoutIds(int depth) {
        String filter = filter(depth);
        return filter.contains("has_id") ? "{\"key\": \"a\", \"match\": {\"value\": 1}}" : filter;
    }

    private String conditions(int depth) {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(_ -> filter(depth + 1))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private String condition() {
        String key = random.nextInt(12) == 0 ? "none" : KEYS.get(random.nextInt(KEYS.size()));
        return switch (random.nextInt(13)) {
            case 0 -> "{\"has_id\": [%d, %d]}".formatted(random.nextInt(ids), random.nextInt(ids));
            case 1 -> "{\"is_null\": {\"key\": \"" + key + "\"}}";
            case 2 -> "{\"is_empty\": {\"key\": \"" + key + "\"}}";
            case 3 ->
                    "{\"key\": \"%s\", \"range\": {\"%s\": %s}}"
                            .formatted(
                                    key,
                                    pick("gt", "gte", "lt", "lte"),
                                    pick("0", "1", "1.5", "-2", "3"));
            case 4 ->
                    "{\"key\": \"%s\", \"range\": {\"gt\": -1, \"lte\": %d}}"
                            .formatted(key, random.nextInt(4));
            case 5 ->
                    "{\"key\": \"%s\", \"values_count\": {\"%s\": %d}}"
                            .formatted(key, pick("gt", "gte", "lt", "lte"), random.nextInt(4));
            case 6 ->
                    "{\"key\": \"%s\", \"match\": {\"%s\": [%s, %s]}}"
                            .formatted(key, pick("any", "except"), matchable(), matchable());
            case 7 ->
                    "{\"key\": \"%s\", \"match\": {\"text\": \"%s\"}}"
                            .formatted(key, pick("red", "Red fox", "fox quick", "none"));
            case 8 ->
                    "{\"key\": \"%s\", \"match\": {\"phrase\": \"%s\"}}"
                            .formatted(
                                    pick("t", key),
                                    pick(
                                            "red fox",
                                            "quick red",
                                            "the fox",
                                            "quick fox",
                                            "fox red"));
            case 9 ->
                    "{\"key\": \"%s\", \"range\": {\"%s\": \"%s\"}}"
                            .formatted(pick("d", key), pick("gt", "gte", "lt", "lte"), time());
            case 10 -> "{\"key\": \"%s\", %s}".formatted(pick("p", "p", key), shape());
            default -> "{\"key\": \"%s\", \"match\": {\"value\": %s}}".formatted(key, matchable());
        };
    }

    private String matchable() {
        return pick(
                "\"11111111-2222-3333-4444-555555555555\"",
                "0",
                "1",
                "2",
                "\"red\"",
                "\"1\"",
                "true",
                "false",
                "-2",
                "\"quick red fox\"");
    }

    private String object(int depth) {
        List<String> fields = new ArrayList<>();
        for (String key : List.of("a", "b", "t", "list", "o", "d", "p", "u")) {
            if (random.nextInt(3) > 0) {
                String value =
                        switch (key) {
                            case "t" ->
                                    pick(
                                            "\"red\"",
                                            "\"quick red fox\"",
                                            "\"The fox\"",
                                            "[\"a red one\", \"a fox\"]",
                                            "3");
                            case "d" -> random.nextInt(5) == 0 ? scalar() : "\"" + time() + "\"";
                            case "p" -> random.nextInt(5) == 0 ? scalar() : place();
                            case "u" ->
                                    pick(
                                            "\"11111111-2222-3333-4444-555555555555\"",
                                            "\"22222222-2222-3333-4444-555555555555\"");
                            case "list" -> array(depth);
                            case "o" -> depth > 2 ? "{}" : object(depth + 1);
                            default -> random.nextInt(4) == 0 ? array(depth) : scalar();
                        };
                fields.add("\"" + key + "\":" + value);
            }
        }
        return "{" + String.join(",", fields) + "}";
    }

    private String array(int depth) {
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(_ -> depth < 2 && random.nextInt(3) == 0 ? object(depth + 1) : scalar())
                .collect(Collectors.joining(",", "[", "]"));
    }

    private String scalar() {
        return pick(
                "0", "1", "2", "1.0", "1.5", "-2", "null", "true", "false", "\"red\"", "\"1\"",
                "1e1");
    }

    private String time() {
        return "20%02d-0%d-%02dT0%d:00:00Z"
                .formatted(
                        20 + random.nextInt(3),
                        1 + random.nextInt(3),
                        1 + random.nextInt(28),
                        random.nextInt(10));
    }

    /** Never on a line between corners of the shapes below, where rounding would decide. */
    private String place() {
        return "{\"lat\": %d.%02d3, \"lon\": %d.%02d3}"
                .formatted(
                        random.nextInt(4),
                        random.nextInt(100),
                        random.nextInt(4),
                        random.nextInt(100));
    }

    private String shape() {
        return switch (random.nextInt(3)) {
            case 0 ->
                    "\"geo_bounding_box\": {\"top_left\": {\"lat\": %d, \"lon\": %d}, \"bottom_right\": {\"lat\": 0, \"lon\": 4}}"
                            .formatted(1 + random.nextInt(3), random.nextInt(3));
            case 1 ->
                    "\"geo_radius\": {\"center\": %s, \"radius\": %d}"
                            .formatted(place(), 1_000 + random.nextInt(300_000));
            default ->
                    "\"geo_polygon\": {\"exterior\": {\"points\": [{\"lat\": 0, \"lon\": 0}, {\"lat\": %d, \"lon\": 1}, {\"lat\": 1, \"lon\": %d}, {\"lat\": 0, \"lon\": 0}]}}"
                            .formatted(2 + random.nextInt(3), 2 + random.nextInt(3));
        };
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
