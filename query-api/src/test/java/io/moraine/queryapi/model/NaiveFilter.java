package io.moraine.queryapi.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides filters the slow and obvious way, from the request's own JSON and a tree of the payload;
 * what the real thing is compared with.
 */
public final class NaiveFilter {

    private NaiveFilter() {}

    /** Whether a point passes a filter, as requests write it. */
    public static boolean passes(JsonNode filter, long id, JsonNode payload) {
        return passes(filter, id, payload, Set.of());
    }

    /**
     * Whether a point passes a filter, as requests write it.
     *
     * @param vectors names of the vectors the point has
     */
    static boolean passes(JsonNode filter, long id, JsonNode payload, Set<String> vectors) {
        boolean holds = true;
        for (JsonNode part : list(filter.get("must"))) {
            holds &= passes(part, id, payload, vectors);
        }
        for (JsonNode part : list(filter.get("must_not"))) {
            holds &= !passes(part, id, payload, vectors);
        }
        if (!list(filter.get("should")).isEmpty()) {
            holds &=
                    list(filter.get("should")).stream()
                            .anyMatch(p -> passes(p, id, payload, vectors));
        }
        if (filter.has("min_should")) {
            JsonNode some = filter.get("min_should");
            long count =
                    list(some.get("conditions")).stream()
                            .filter(p -> passes(p, id, payload, vectors))
                            .count();
            holds &= count >= some.get("min_count").asInt();
        }
        if (filter.has("has_id")) {
            holds &= list(filter.get("has_id")).stream().anyMatch(each -> each.asLong() == id);
        }
        if (filter.has("has_vector")) {
            holds &= vectors.contains(filter.get("has_vector").asText());
        }
        if (filter.has("is_null")) {
            holds &=
                    elements(filter.at("/is_null/key").asText(), payload).stream()
                            .anyMatch(JsonNode::isNull);
        }
        if (filter.has("is_empty")) {
            holds &=
                    values(filter.at("/is_empty/key").asText(), payload).stream()
                            .allMatch(v -> v.isNull() || (v.isArray() && v.isEmpty()));
        }
        if (filter.has("nested")) {
            holds &=
                    elements(filter.at("/nested/key").asText(), payload).stream()
                            .anyMatch(v ->
                                    v.isObject()
                                            && passes(filter.at("/nested/filter"), id, v, vectors));
        }
        return filter.has("key") ? holds && field(filter, payload) : holds;
    }

    private static boolean field(JsonNode condition, JsonNode payload) {
        String key = condition.get("key").asText();
        if (condition.has("values_count")) {
            long count = 0;
            for (JsonNode value : values(key, payload)) {
                count += value.isArray() ? value.size() : value.isNull() ? 0 : 1;
            }
            return bounds(condition.get("values_count"), (double) count);
        }
        for (JsonNode value : elements(key, payload)) {
            if (condition.has("match") && match(condition.get("match"), value)) {
                return true;
            }
            if (condition.has("range") && isTime(condition.get("range"))) {
                if (value.isTextual() && times(condition.get("range"), value.asText())) {
                    return true;
                }
            } else if (condition.has("range")
                    && value.isNumber()
                    && bounds(condition.get("range"), value.asDouble())) {
                return true;
            }
        }
        return NaiveGeo.asks(condition)
                && elements(key, payload).stream().anyMatch(v -> NaiveGeo.lies(condition, v));
    }

    private static boolean isTime(JsonNode range) {
        return range.elements().next().isTextual();
    }

    private static boolean times(JsonNode range, String text) {
        try {
            Instant time = Instant.parse(text);
            boolean within = true;
            for (var bound : range.properties()) {
                int order = time.compareTo(Instant.parse(bound.getValue().asText()));
                within &=
                        switch (bound.getKey()) {
                            case "gt" -> order > 0;
                            case "gte" -> order >= 0;
                            case "lt" -> order < 0;
                            default -> order <= 0;
                        };
            }
            return within;
        } catch (DateTimeParseException noTime) {
            return false;
        }
    }

    private static boolean match(JsonNode match, JsonNode value) {
        boolean scalar = value.isTextual() || value.isIntegralNumber() || value.isBoolean();
        if (match.has("value")) {
            return match.get("value").equals(value);
        }
        if (match.has("any")) {
            return list(match.get("any")).contains(value);
        }
        if (match.has("except")) {
            return scalar && !list(match.get("except")).contains(value);
        }
        if (match.has("phrase")) {
            String asked = match.get("phrase").asText().toLowerCase(Locale.ROOT);
            return value.isTextual()
                    && (" " + value.asText().toLowerCase(Locale.ROOT) + " ")
                            .contains(" " + asked + " ");
        }
        List<String> words = List.of(value.asText().toLowerCase(Locale.ROOT).split(" ", -1));
        return value.isTextual()
                && words.containsAll(
                        List.of(
                                match.get("text")
                                        .asText()
                                        .toLowerCase(Locale.ROOT)
                                        .split(" ", -1)));
    }

    private static boolean bounds(JsonNode range, double value) {
        return (!range.has("gt") || value > range.get("gt").asDouble())
                && (!range.has("gte") || value >= range.get("gte").asDouble())
                && (!range.has("lt") || value < range.get("lt").asDouble())
                && (!range.has("lte") || value <= range.get("lte").asDouble());
    }

    private static List<JsonNode> elements(String path, JsonNode payload) {
        List<JsonNode> flat = new ArrayList<>();
        for (JsonNode value : values(path, payload)) {
            if (value.isArray()) {
                value.forEach(flat::add);
            } else {
                flat.add(value);
            }
        }
        return flat;
    }

    private static List<JsonNode> values(String path, JsonNode payload) {
        List<JsonNode> found = List.of(payload);
        for (String step : path.split("\\.", -1)) {
            boolean all = step.endsWith("[]");
            String name = all ? step.substring(0, step.length() - 2) : step;
            List<JsonNode> next = new ArrayList<>();
            for (JsonNode node : found) {
                JsonNode child = node.isObject() ? node.get(name) : null;
                if (child != null && all && child.isArray()) {
                    child.forEach(next::add);
                } else if (child != null && !all) {
                    next.add(child);
                }
            }
            found = next;
        }
        return found;
    }

    private static List<JsonNode> list(@Nullable JsonNode node) {
        List<JsonNode> all = new ArrayList<>();
        if (node != null && node.isArray()) {
            node.forEach(all::add);
        } else if (node != null) {
            all.add(node);
        }
        return all;
    }
}
