package io.moraine.queryapi.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A collection kept in a map beside a real one: makes random changes to both over HTTP, and has
 * every kind of question answered by both.
 *
 * <p>The real one has a vector {@code v} of three components, compared by {@code Dot}, and {@code
 * w} of two, by {@code Euclid}. Components are eighths, so that scores by {@code Dot} are exact.
 */
public final class CollectionModel {

    /** The body that creates the real collection. */
    public static final String VECTORS =
            "{\"vectors\": {\"v\": {\"size\": 3, \"distance\": \"Dot\"}, \"w\": {\"size\": 2,"
                    + " \"distance\": \"Euclid\"}}}";

    static final ObjectMapper JSON = new ObjectMapper();

    private static final int IDS = 150;

    private final Asked asked;
    private final String path;
    private final Random random;
    private final RandomFilters filters;
    private final Map<Long, ModelPoint> points = new TreeMap<>();

    /**
     * @param path where the real collection is, such as {@code /collections/c}; empty so far
     */
    public CollectionModel(Asked asked, String path, Random random) {
        this.asked = asked;
        this.path = path;
        this.random = random;
        this.filters = new RandomFilters(random, IDS);
    }

    /** Makes a random change, or several in a batch. */
    public void change() {
        if (random.nextInt(6) > 0) {
            Change change = random();
            asked.ask(
                    change.method(),
                    path + "/points" + change.path() + "?wait=true",
                    change.body());
            return;
        }
        List<String> operations = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            Change change = random();
            operations.add("{\"%s\": %s}".formatted(change.name(), change.body()));
        }
        asked.ask("POST", path + "/points/batch?wait=true", "{\"operations\": " + operations + "}");
    }

    /** Has every kind of question answered by both. */
    public void check() {
        new ModelQuestions(asked, path, random, filters, points).check();
    }

    /** A text for all that can be seen of the real collection's points as they were. */
    public String everythingAsOf(JsonNode positions) {
        String state = ", \"as_of\": " + positions;
        return asked.result(
                        "POST",
                        path + "/points/scroll",
                        "{\"limit\": 1000, \"with_vector\": true" + state + "}")
                .toString();
    }

    /**
     * Makes or drops an index of a field, without waiting for it: answers are right at any time.
     */
    public void changeIndexes() {
        String key = RandomFilters.KEYS.get(random.nextInt(RandomFilters.KEYS.size()));
        if (random.nextInt(3) == 0) {
            asked.ask("DELETE", path + "/index/" + key.replace("[", "%5B").replace("]", "%5D"), "");
        } else {
            String kind =
                    pick("keyword", "integer", "float", "bool", "datetime", "uuid", "geo", "text");
            asked.ask(
                    "PUT",
                    path + "/index",
                    "{\"field_name\": \"%s\", \"field_schema\": \"%s\"}".formatted(key, kind));
        }
    }

    /** A change that the model has made already. */
    private Change random() {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> upsert();
            case 3 -> upsertColumns();
            case 4 -> delete();
            case 5, 6 -> setPayload();
            case 7 -> overwritePayload();
            case 8 -> deletePayload();
            case 9 -> clearPayload();
            case 10 -> updateVectors();
            default -> deleteVectors();
        };
    }

    private Change upsert() {
        List<String> written = new ArrayList<>();
        for (int i = random.nextInt(20); i >= 0; i--) {
            ModelPoint point = point();
            points.put(point.id(), point);
            written.add(
                    "{\"id\": %d, \"vector\": %s, \"payload\": %s}"
                            .formatted(point.id(), text(point.vectors()), point.payload()));
        }
        return new Change("upsert", "PUT", "", "{\"points\": " + written + "}");
    }

    private Change upsertColumns() {
        List<ModelPoint> written =
                IntStream.range(0, 1 + random.nextInt(5)).mapToObj(_ -> point()).toList();
        written.forEach(point -> {
            ModelPoint both = point.with("v", vector(3)).with("w", vector(2));
            points.put(point.id(), both);
        });
        // Of an id that comes twice the last one counts, so the model's are all like that.
        List<ModelPoint> now = written.stream().map(point -> now(point.id())).toList();
        return new Change(
                "upsert",
                "PUT",
                "",
                "{\"batch\": {\"ids\": %s, \"vectors\": {\"v\": %s, \"w\": %s}, \"payloads\": %s}}"
                        .formatted(
                                now.stream().map(ModelPoint::id).toList(),
                                now.stream().map(point -> point.vector("v")).toList(),
                                now.stream().map(point -> point.vector("w")).toList(),
                                now.stream().map(ModelPoint::payload).toList()));
    }

    private Change delete() {
        Selection some = selection();
        some.ids().forEach(points::remove);
        return new Change("delete", "POST", "/delete", "{" + some.text() + "}");
    }

    private Change setPayload() {
        Selection some = selection();
        String update = "{\"a\": %d, \"n\": %d}".formatted(random.nextInt(3), random.nextInt(50));
        String inside = pick("", "o", "o.o", "x.y");
        for (ModelPoint point : existing(some)) {
            ObjectNode payload = point.payload().deepCopy();
            ObjectNode target = payload;
            for (String key : inside.isEmpty() ? new String[0] : inside.split("\\.", -1)) {
                target =
                        target.path(key).isObject()
                                ? (ObjectNode) target.get(key)
                                : target.putObject(key);
            }
            target.setAll(object(update));
            points.put(point.id(), point.with(payload));
        }
        String key = inside.isEmpty() ? "" : ", \"key\": \"" + inside + "\"";
        return new Change(
                "set_payload",
                "POST",
                "/payload",
                "{\"payload\": " + update + key + ", " + some.text() + "}");
    }

    private Change overwritePayload() {
        Selection some = selection();
        ObjectNode payload = payload();
        existing(some).forEach(point -> points.put(point.id(), point.with(payload)));
        return new Change(
                "overwrite_payload",
                "PUT",
                "/payload",
                "{\"payload\": " + payload + ", " + some.text() + "}");
    }

    private Change deletePayload() {
        Selection some = selection();
        for (ModelPoint point : existing(some)) {
            ObjectNode payload = point.payload().deepCopy();
            payload.remove("a");
            if (payload.path("o").isObject()) {
                ((ObjectNode) payload.get("o")).remove("b");
            }
            points.put(point.id(), point.with(payload));
        }
        return new Change(
                "delete_payload",
                "POST",
                "/payload/delete",
                "{\"keys\": [\"a\", \"o.b\"], " + some.text() + "}");
    }

    private Change clearPayload() {
        Selection some = selection();
        existing(some)
                .forEach(point -> points.put(point.id(), point.with(JSON.createObjectNode())));
        return new Change("clear_payload", "POST", "/payload/clear", "{" + some.text() + "}");
    }

    /** All of the points must exist; where there are none, nothing is asked for. */
    private Change updateVectors() {
        List<Long> ids = new ArrayList<>(points.keySet());
        if (ids.isEmpty()) {
            return upsert();
        }
        List<String> written = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            ModelPoint point = now(ids.get(random.nextInt(ids.size())));
            String name = pick("v", "w");
            List<Double> vector = vector(name.equals("v") ? 3 : 2);
            points.put(point.id(), point.with(name, vector));
            written.add(
                    "{\"id\": %d, \"vector\": {\"%s\": %s}}".formatted(point.id(), name, vector));
        }
        return new Change("update_vectors", "PUT", "/vectors", "{\"points\": " + written + "}");
    }

    private Change deleteVectors() {
        Selection some = selection();
        Set<String> names = Set.of(pick("v", "w"));
        existing(some).forEach(point -> points.put(point.id(), point.without(names)));
        return new Change(
                "delete_vectors",
                "POST",
                "/vectors/delete",
                "{\"vector\": [\"%s\"], %s}".formatted(names.iterator().next(), some.text()));
    }

    /** Some points, by ids or by a filter. */
    private Selection selection() {
        if (random.nextInt(3) > 0) {
            List<Long> ids =
                    IntStream.range(0, 1 + random.nextInt(5))
                            .mapToObj(_ -> (long) random.nextInt(IDS))
                            .distinct()
                            .toList();
            return new Selection("\"points\": " + ids, ids);
        }
        // One condition more keeps most of the points out of each change.
        String filter =
                "{\"must\": [%s, {\"has_id\": %s}]}"
                        .formatted(
                                filters.filter(),
                                IntStream.range(0, 30).mapToObj(_ -> random.nextInt(IDS)).toList());
        JsonNode tree = tree(filter);
        List<Long> ids =
                points.values().stream()
                        .filter(point ->
                                NaiveFilter.passes(
                                        tree,
                                        point.id(),
                                        point.payload(),
                                        point.vectors().keySet()))
                        .map(ModelPoint::id)
                        .toList();
        return new Selection("\"filter\": " + filter, ids);
    }

    private List<ModelPoint> existing(Selection some) {
        return some.ids().stream().filter(points::containsKey).map(this::now).toList();
    }

    private ModelPoint now(long id) {
        ModelPoint point = points.get(id);
        if (point == null) {
            throw new IllegalStateException("not in the model: " + id);
        }
        return point;
    }

    private ModelPoint point() {
        ModelPoint point = new ModelPoint(random.nextInt(IDS), Map.of(), payload());
        point = random.nextInt(8) == 0 ? point : point.with("v", vector(3));
        return random.nextInt(4) == 0 ? point : point.with("w", vector(2));
    }

    private ObjectNode payload() {
        ObjectNode payload = object(filters.payload());
        if (random.nextInt(10) > 0) {
            payload.put("g", "g" + (int) Math.abs(random.nextGaussian() * 4));
        }
        if (random.nextInt(10) > 0) {
            payload.put("n", random.nextInt(50));
        }
        return payload;
    }

    private List<Double> vector(int size) {
        return IntStream.range(0, size).mapToObj(_ -> (random.nextInt(33) - 16) / 8.0).toList();
    }

    private static String text(Map<String, List<Double>> vectors) {
        return vectors.entrySet().stream()
                .map(entry -> "\"%s\": %s".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static ObjectNode object(String text) {
        return (ObjectNode) tree(text);
    }

    static JsonNode tree(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException(text, malformed);
        }
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /**
     * Some points.
     *
     * @param text how a request names them
     * @param ids which they are; by ids also such as do not exist
     */
    private record Selection(String text, List<Long> ids) {}

    /**
     * A change as a request makes it.
     *
     * @param name in a batch
     * @param method alone
     * @param path alone, behind {@code /points}
     * @param body alone and in a batch
     */
    private record Change(String name, String method, String path, String body) {}
}
