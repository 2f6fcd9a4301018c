package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions of every kind over random points, compared with the obvious way to answer them. */
class QuestionsFuzzTest {

    private static final int POINTS = 400;
    private static final int ROUNDS = Integer.getInteger("rounds", 60);

    private final long seed = Long.getLong("seed", 20_261_120L);
    private final Random random = new Random(seed);
    private final Map<Long, Point> points = new TreeMap<>();

    private record Point(long id, List<Float> vector, String group, int n) {}

    @Test
    void everyKindOfQuestionIsAnsweredLikeTheModel(@TempDir Path directory) {
        try (ApiFixture api = ApiFixture.start(directory, 3)) {
            api.ok("PUT", "/collections/c", "{\"vectors\": {\"size\": 3, \"distance\": \"Dot\"}}");
            fill(api);
            for (int round = 0; round < ROUNDS; round++) {
                recommendations(api);
                fusion(api);
                orders(api);
                groups(api);
                facets(api);
            }
        }
    }

    private void fill(ApiFixture api) {
        List<String> json = new ArrayList<>();
        for (long id = 0; id < POINTS; id++) {
            Point point =
                    new Point(
                            id,
                            vector(),
                            "g" + (int) Math.abs(random.nextGaussian() * 4),
                            random.nextInt(50));
            points.put(id, point);
            json.add(
                    "{\"id\": %d, \"vector\": %s, \"payload\": {\"g\": \"%s\", \"n\": %d}}"
                            .formatted(id, text(point.vector()), point.group(), point.n()));
        }
        api.ok(
                "PUT",
                "/collections/c/points?wait=true",
                "{\"points\": [" + String.join(",", json) + "]}");
    }

    private void recommendations(ApiFixture api) {
        List<List<Float>> liked = vectors(1 + random.nextInt(3));
        List<List<Float>> disliked = vectors(random.nextInt(3));
        String examples =
                "\"positive\": %s, \"negative\": %s".formatted(texts(liked), texts(disliked));
        check(
                api,
                "{\"recommend\": {" + examples + "}}",
                point -> {
                    double sum = 0;
                    for (int i = 0; i < 3; i++) {
                        double like = mean(liked, i);
                        double move = disliked.isEmpty() ? 0 : like - mean(disliked, i);
                        sum += (like + move) * point.vector().get(i);
                    }
                    return sum;
                });
        check(
                api,
                "{\"recommend\": {" + examples + ", \"strategy\": \"sum_scores\"}}",
                point ->
                        liked.stream().mapToDouble(each -> dot(each, point)).sum()
                                - disliked.stream().mapToDouble(each -> dot(each, point)).sum());
        check(
                api,
                "{\"recommend\": {" + examples + ", \"strategy\": \"best_score\"}}",
                point -> {
                    double best =
                            liked.stream()
                                    .mapToDouble(each -> dot(each, point))
                                    .max()
                                    .orElseThrow();
                    double worst =
                            disliked.stream()
                                    .mapToDouble(each -> dot(each, point))
                                    .max()
                                    .orElse(Double.NEGATIVE_INFINITY);
                    return best > worst ? squashed(best) : -squashed(worst);
                });
    }

    private void fusion(ApiFixture api) {
        List<List<Float>> queries = vectors(2);
        Map<Long, Double> fused = new TreeMap<>();
        for (List<Float> query : queries) {
            List<Point> best = best(point -> dot(query, point), 20);
            for (int rank = 0; rank < best.size(); rank++) {
                fused.merge(best.get(rank).id(), 1.0 / (rank + 7), Double::sum);
            }
        }
        String prefetch =
                queries.stream()
                        .map(query -> "{\"query\": %s, \"limit\": 20}".formatted(text(query)))
                        .collect(Collectors.joining(",", "[", "]"));
        JsonNode found =
                query(api, "{\"rrf\": {\"k\": 7}}, \"prefetch\": " + prefetch + ", \"limit\": 50");
        assertEquals(fused.size(), found.size(), () -> "seed " + seed);
        double before = Double.POSITIVE_INFINITY;
        for (JsonNode hit : found) {
            double score = hit.get("score").asDouble();
            assertEquals(
                    fused.getOrDefault(hit.get("id").asLong(), Double.NaN),
                    score,
                    1e-5,
                    () -> "seed " + seed);
            assertTrue(score <= before, () -> "seed " + seed);
            before = score;
        }
    }

    private void orders(ApiFixture api) {
        boolean down = random.nextBoolean();
        int start = random.nextInt(50);
        Comparator<Point> byValue = Comparator.comparingInt(Point::n);
        List<Long> expected =
                points.values().stream()
                        .filter(point -> down ? point.n() <= start : point.n() >= start)
                        .sorted((down ? byValue.reversed() : byValue).thenComparingLong(Point::id))
                        .map(Point::id)
                        .toList();
        List<Long> seen = new ArrayList<>();
        String offset = "";
        do {
            JsonNode page =
                    api.result(
                            "POST",
                            "/collections/c/points/scroll",
                            ("{\"limit\": 37, \"with_payload\": false, \"order_by\": {\"key\":"
                                 + " \"n\", \"direction\": \"%s\", \"start_from\": %d}%s}")
                                    .formatted(down ? "desc" : "asc", start, offset));
            page.get("points").forEach(point -> seen.add(point.get("id").asLong()));
            JsonNode next = page.get("next_page_offset");
            offset = next.isNull() ? "" : ", \"offset\": " + next;
        } while (!offset.isEmpty());
        assertEquals(expected, seen, () -> "seed " + seed);
    }

    private void groups(ApiFixture api) {
        List<Float> query = vector();
        int limit = 1 + random.nextInt(6);
        int size = 1 + random.nextInt(30);
        Map<String, List<Long>> expected = new LinkedHashMap<>();
        for (Point point : best(each -> dot(query, each), POINTS)) {
            if (expected.containsKey(point.group()) || expected.size() < limit) {
                List<Long> group = expected.computeIfAbsent(point.group(), _ -> new ArrayList<>());
                if (group.size() < size) {
                    group.add(point.id());
                }
            }
        }
        Map<String, List<Long>> found = new LinkedHashMap<>();
        api.result(
                        "POST",
                        "/collections/c/points/query/groups",
                        "{\"query\": %s, \"group_by\": \"g\", \"limit\": %d, \"group_size\": %d}"
                                .formatted(text(query), limit, size))
                .get("groups")
                .forEach(group -> {
                    List<Long> ids = new ArrayList<>();
                    group.get("hits").forEach(hit -> ids.add(hit.get("id").asLong()));
                    found.put(group.get("id").asText(), ids);
                });
        assertEquals(expected.toString(), found.toString(), () -> "seed " + seed);
    }

    private void facets(ApiFixture api) {
        int from = random.nextInt(50);
        Map<String, Long> expected =
                points.values().stream()
                        .filter(point -> point.n() >= from)
                        .collect(
                                Collectors.groupingBy(
                                        Point::group, TreeMap::new, Collectors.counting()));
        Map<String, Long> found = new TreeMap<>();
        api.result(
                        "POST",
                        "/collections/c/facet",
                        ("{\"key\": \"g\", \"limit\": 100, \"filter\": {\"must\": {\"key\":"
                                        + " \"n\", \"range\": {\"gte\": %d}}}}")
                                .formatted(from))
                .get("hits")
                .forEach(hit -> found.put(hit.get("value").asText(), hit.get("count").asLong()));
        assertEquals(expected, found, () -> "seed " + seed);
    }

    private void check(ApiFixture api, String query, ToDoubleFunction<Point> score) {
        JsonNode found = query(api, query + ", \"limit\": 25");
        List<Point> expected = best(score, 25);
        for (int i = 0; i < expected.size(); i++) {
            double wanted = score.applyAsDouble(expected.get(i));
            JsonNode hit = found.get(i);
            assertEquals(
                    wanted,
                    hit.get("score").asDouble(),
                    1e-4,
                    () -> query + " -> " + found + ", seed " + seed);
        }
    }

    private static JsonNode query(ApiFixture api, String query) {
        return api.result("POST", "/collections/c/points/query", "{\"query\": " + query + "}")
                .get("points");
    }

    private List<Point> best(ToDoubleFunction<Point> score, int limit) {
        return points.values().stream()
                .sorted(
                        Comparator.<Point>comparingDouble(point -> -score.applyAsDouble(point))
                                .thenComparingLong(Point::id))
                .limit(limit)
                .toList();
    }

    private static double squashed(double score) {
        return 0.5 * (score / (1 + Math.abs(score)) + 1);
    }

    private static double mean(List<List<Float>> vectors, int component) {
        return vectors.stream().mapToDouble(each -> each.get(component)).average().orElseThrow();
    }

    private static double dot(List<Float> query, Point point) {
        double sum = 0;
        for (int i = 0; i < query.size(); i++) {
            sum += query.get(i) * point.vector().get(i);
        }
        return sum;
    }

    private List<List<Float>> vectors(int count) {
        return IntStream.range(0, count).mapToObj(_ -> vector()).toList();
    }

    private List<Float> vector() {
        return List.of(
                random.nextFloat(), (float) random.nextGaussian(), random.nextFloat() - 0.5f);
    }

    private static String text(List<Float> vector) {
        return vector.toString();
    }

    private static String texts(List<List<Float>> vectors) {
        return vectors.stream()
                .map(QuestionsFuzzTest::text)
                .collect(Collectors.joining(",", "[", "]"));
    }
}
