package io.moraine.queryapi.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One question of each kind, answered by the real collection and by its model. */
final class ModelQuestions {

    private static final double TOLERANCE = 1e-4;

    private final Asked asked;
    private final String path;
    private final Random random;
    private final Map<Long, ModelPoint> points;
    private final String filter;
    private final List<ModelPoint> passing;

    ModelQuestions(
            Asked asked,
            String path,
            Random random,
            RandomFilters filters,
            Map<Long, ModelPoint> points) {
        this.asked = asked;
        this.path = path;
        this.random = random;
        this.points = points;
        this.filter = random.nextInt(12) == 0 ? "{\"has_vector\": \"w\"}" : filters.filter();
        JsonNode tree = CollectionModel.tree(filter);
        this.passing = points.values().stream().filter(passes(tree)).toList();
    }

    void check() {
        retrieval();
        listing();
        counts();
        nearest();
        recommendations();
        fusion();
        order();
        groups();
        sample();
    }

    private static Predicate<ModelPoint> passes(JsonNode tree) {
        return point ->
                NaiveFilter.passes(tree, point.id(), point.payload(), point.vectors().keySet());
    }

    private void retrieval() {
        List<Long> ids =
                IntStream.range(0, 10)
                        .mapToObj(_ -> (long) random.nextInt(200))
                        .distinct()
                        .toList();
        JsonNode found = ask("", "\"with_vector\": true, \"ids\": " + ids);
        List<Long> expected = ids.stream().filter(points::containsKey).toList();
        assertEquals(expected, ids(found));
        found.forEach(this::same);
    }

    private void listing() {
        int limit = 1 + random.nextInt(60);
        List<Long> seen = new ArrayList<>();
        String offset = "null";
        do {
            JsonNode page =
                    ask(
                            "/scroll",
                            "\"limit\": %d, \"offset\": %s, \"with_vector\": true, \"filter\": %s"
                                    .formatted(limit, offset, filter));
            page.get("points").forEach(this::same);
            seen.addAll(ids(page.get("points")));
            offset = page.get("next_page_offset").toString();
        } while (!offset.equals("null"));
        assertEquals(passing.stream().map(ModelPoint::id).toList(), seen, filter);
    }

    private void counts() {
        assertEquals(
                passing.size(),
                ask("/count", "\"filter\": " + filter).get("count").asInt(),
                filter);
        int estimate =
                ask("/count", "\"exact\": false, \"filter\": " + filter).get("count").asInt();
        // So few points are looked at one by one.
        assertEquals(passing.size(), estimate, filter);
        Map<String, Long> expected =
                passing.stream()
                        .filter(point -> !point.group().isEmpty())
                        .collect(
                                Collectors.groupingBy(
                                        ModelPoint::group, TreeMap::new, Collectors.counting()));
        Map<String, Long> found = new TreeMap<>();
        asked.result(
                        "POST",
                        path + "/facet",
                        "{\"key\": \"g\", \"limit\": 100, \"filter\": %s}".formatted(filter))
                .get("hits")
                .forEach(hit -> found.put(hit.get("value").asText(), hit.get("count").asLong()));
        assertEquals(expected, found, filter);
    }

    private void nearest() {
        List<Double> query = vector(3);
        double threshold = random.nextInt(5) - 3;
        compare(
                ask(
                        "/search",
                        "\"vector\": {\"name\": \"v\", \"vector\": %s}, \"limit\": 7, \"score_threshold\": %s, \"filter\": %s"
                                .formatted(query, threshold, filter)),
                with("v"),
                point -> point.dot(query),
                threshold,
                7);
        List<Double> place = vector(2);
        JsonNode found =
                ask(
                        "/query",
                        "\"query\": %s, \"using\": \"w\", \"limit\": 9, \"params\": {\"exact\": true}, \"filter\": %s"
                                .formatted(place, filter));
        List<Double> expected =
                with("w").stream().map(point -> point.distance(place)).sorted().limit(9).toList();
        assertEquals(expected.size(), found.get("points").size(), filter);
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(
                    expected.get(i),
                    found.get("points").get(i).get("score").asDouble(),
                    TOLERANCE,
                    filter);
        }
    }

    private void recommendations() {
        List<ModelPoint> examples = with("v");
        List<Double> liked = vector(3);
        List<Double> disliked = vector(3);
        String strategy = random.nextBoolean() ? "sum_scores" : "best_score";
        JsonNode found =
                ask(
                        "/query",
                        "\"query\": {\"recommend\": {\"positive\": [%s], \"negative\": [%s], \"strategy\": \"%s\"}}, \"using\": \"v\", \"limit\": 6, \"filter\": %s"
                                .formatted(liked, disliked, strategy, filter));
        compare(
                found.get("points"),
                examples,
                point -> {
                    double like = point.dot(liked);
                    double dislike = point.dot(disliked);
                    if (strategy.equals("sum_scores")) {
                        return like - dislike;
                    }
                    return like > dislike ? squashed(like) : -squashed(dislike);
                },
                Double.NEGATIVE_INFINITY,
                6);
        if (!examples.isEmpty()) {
            ModelPoint example = examples.get(random.nextInt(examples.size()));
            compare(
                    ask(
                            "/recommend",
                            "\"positive\": [%d], \"using\": \"v\", \"limit\": 4, \"filter\": %s"
                                    .formatted(example.id(), filter)),
                    examples.stream().filter(point -> point.id() != example.id()).toList(),
                    point -> point.dot(example.vector("v")),
                    Double.NEGATIVE_INFINITY,
                    4);
        }
    }

    /** What is fused is asked alone first: which of equal hits comes first is the real one's. */
    private void fusion() {
        List<String> prefetch = new ArrayList<>();
        List<JsonNode> alone = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            String first = "\"query\": %s, \"using\": \"v\", \"limit\": 15".formatted(vector(3));
            prefetch.add("{" + first + "}");
            alone.add(ask("/query", first + ", \"filter\": " + filter).get("points"));
        }
        String before = ", \"limit\": 40, \"prefetch\": " + prefetch + ", \"filter\": " + filter;
        Map<Long, Double> ranks = new TreeMap<>();
        Map<Long, Double> normal = new TreeMap<>();
        for (JsonNode answer : alone) {
            List<Double> scores = new ArrayList<>();
            answer.forEach(hit -> scores.add(hit.get("score").asDouble()));
            double mean = scores.stream().mapToDouble(s -> s).average().orElse(0);
            double squares = scores.stream().mapToDouble(s -> (s - mean) * (s - mean)).sum();
            double sigma = scores.size() < 2 ? 0 : Math.sqrt(squares / (scores.size() - 1));
            for (int rank = 0; rank < answer.size(); rank++) {
                long id = answer.get(rank).get("id").asLong();
                ranks.merge(id, 1.0 / (rank + 2), Double::sum);
                double place =
                        sigma == 0 ? 0.5 : (scores.get(rank) - (mean - 3 * sigma)) / (6 * sigma);
                normal.merge(id, place, Double::sum);
            }
        }
        fused(ask("/query", "\"query\": {\"fusion\": \"rrf\"}" + before).get("points"), ranks);
        fused(ask("/query", "\"query\": {\"fusion\": \"dbsf\"}" + before).get("points"), normal);
    }

    private void fused(JsonNode found, Map<Long, Double> expected) {
        assertEquals(expected.keySet(), new HashSet<>(ids(found)), filter);
        double before = Double.POSITIVE_INFINITY;
        for (JsonNode hit : found) {
            double score = hit.get("score").asDouble();
            double wanted = expected.getOrDefault(hit.get("id").asLong(), Double.NaN);
            assertEquals(wanted, score, TOLERANCE, filter);
            assertTrue(score <= before, filter);
            before = score;
        }
    }

    private void order() {
        boolean down = random.nextBoolean();
        Comparator<ModelPoint> byN = Comparator.comparingInt(point -> point.n().orElseThrow());
        List<Long> expected =
                passing.stream()
                        .filter(point -> point.n().isPresent())
                        .sorted((down ? byN.reversed() : byN).thenComparingLong(ModelPoint::id))
                        .map(ModelPoint::id)
                        .toList();
        List<Long> seen = new ArrayList<>();
        String offset = "null";
        do {
            JsonNode page =
                    ask(
                            "/scroll",
                            "\"limit\": 23, \"order_by\": {\"key\": \"n\", \"direction\": \"%s\"}, \"offset\": %s, \"filter\": %s"
                                    .formatted(down ? "desc" : "asc", offset, filter));
            seen.addAll(ids(page.get("points")));
            offset = page.get("next_page_offset").toString();
        } while (!offset.equals("null"));
        assertEquals(expected, seen, filter);
    }

    private void groups() {
        List<Double> query = vector(3);
        int limit = 1 + random.nextInt(6);
        int size = 1 + random.nextInt(6);
        Map<String, List<Double>> all = new LinkedHashMap<>();
        with("v").stream()
                .filter(point -> !point.group().isEmpty())
                .sorted(Comparator.comparingDouble(point -> -point.dot(query)))
                .forEach(point ->
                        all.computeIfAbsent(point.group(), _ -> new ArrayList<>())
                                .add(point.dot(query)));
        JsonNode found =
                ask(
                                "/search/groups",
                                "\"vector\": {\"name\": \"v\", \"vector\": %s}, \"group_by\": \"g\", \"limit\": %d, \"group_size\": %d, \"filter\": %s"
                                        .formatted(query, limit, size, filter))
                        .get("groups");
        List<Double> best = all.values().stream().map(List::getFirst).limit(limit).toList();
        assertEquals(best.size(), found.size(), filter);
        for (int i = 0; i < found.size(); i++) {
            JsonNode hits = found.get(i).get("hits");
            assertEquals(best.get(i), hits.get(0).get("score").asDouble(), TOLERANCE, filter);
            List<Double> scores =
                    all.getOrDefault(found.get(i).get("id").asText(), List.of()).stream()
                            .limit(size)
                            .toList();
            assertEquals(scores.size(), hits.size(), filter);
            for (int j = 0; j < scores.size(); j++) {
                assertEquals(scores.get(j), hits.get(j).get("score").asDouble(), TOLERANCE, filter);
            }
        }
    }

    private void sample() {
        JsonNode found =
                ask(
                        "/query",
                        "\"query\": {\"sample\": \"random\"}, \"limit\": 5, \"filter\": " + filter);
        Set<Long> ids = new HashSet<>(ids(found.get("points")));
        assertEquals(Math.min(5, passing.size()), ids.size(), filter);
        assertTrue(
                passing.stream().map(ModelPoint::id).collect(Collectors.toSet()).containsAll(ids),
                filter);
    }

    /** Scores are compared in order; which of equal ones comes first is open. */
    private void compare(
            JsonNode found,
            List<ModelPoint> candidates,
            ToDoubleFunction<ModelPoint> score,
            double threshold,
            int limit) {
        List<Double> expected =
                candidates.stream()
                        .map(point -> score.applyAsDouble(point))
                        .filter(value -> value >= threshold)
                        .sorted(Comparator.reverseOrder())
                        .limit(limit)
                        .toList();
        assertEquals(expected.size(), found.size(), () -> filter + " -> " + found);
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < expected.size(); i++) {
            JsonNode hit = found.get(i);
            double wanted = expected.get(i);
            assertEquals(wanted, hit.get("score").asDouble(), TOLERANCE, filter);
            long id = hit.get("id").asLong();
            assertTrue(seen.add(id), () -> "twice: " + id);
            assertTrue(
                    candidates.stream()
                            .anyMatch(point ->
                                    point.id() == id
                                            && Math.abs(score.applyAsDouble(point) - wanted)
                                                    < TOLERANCE),
                    () -> filter + " -> " + hit);
        }
    }

    private List<ModelPoint> with(String vector) {
        return passing.stream().filter(point -> point.vectors().containsKey(vector)).toList();
    }

    private void same(JsonNode shown) {
        ModelPoint point = points.get(shown.get("id").asLong());
        assertTrue(point != null, () -> "should not be there: " + shown);
        if (point == null) {
            return;
        }
        assertEquals(point.payload(), shown.get("payload"), () -> "point " + point.id());
        Map<String, List<Double>> vectors = new TreeMap<>();
        shown.get("vector")
                .properties()
                .forEach(entry -> {
                    List<Double> components = new ArrayList<>();
                    entry.getValue().forEach(each -> components.add(each.asDouble()));
                    vectors.put(entry.getKey(), components);
                });
        assertEquals(new TreeMap<>(point.vectors()), vectors, () -> "point " + point.id());
    }

    private JsonNode ask(String question, String fields) {
        return asked.result("POST", path + "/points" + question, "{" + fields + "}");
    }

    private static List<Long> ids(JsonNode found) {
        List<Long> ids = new ArrayList<>();
        found.forEach(point -> ids.add(point.get("id").asLong()));
        return ids;
    }

    private List<Double> vector(int size) {
        return IntStream.range(0, size).mapToObj(_ -> (random.nextInt(33) - 16) / 8.0).toList();
    }

    private static double squashed(double score) {
        return 0.5 * (score / (1 + Math.abs(score)) + 1);
    }
}
