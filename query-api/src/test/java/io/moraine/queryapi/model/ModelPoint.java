package io.moraine.queryapi.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A point of the model. Immutable as long as nobody changes its payload.
 *
 * @param id the id
 * @param vectors components by name
 * @param payload the payload
 */
record ModelPoint(long id, Map<String, List<Double>> vectors, ObjectNode payload) {

    ModelPoint with(ObjectNode other) {
        return new ModelPoint(id, vectors, other);
    }

    ModelPoint with(String name, List<Double> vector) {
        Map<String, List<Double>> changed = new HashMap<>(vectors);
        changed.put(name, vector);
        return new ModelPoint(id, changed, payload);
    }

    ModelPoint without(Set<String> names) {
        Map<String, List<Double>> changed = new HashMap<>(vectors);
        changed.keySet().removeAll(names);
        return new ModelPoint(id, changed, payload);
    }

    List<Double> vector(String name) {
        return vectors.getOrDefault(name, List.of());
    }

    /** The value of the field that points are ordered by. */
    OptionalInt n() {
        return payload.path("n").isInt()
                ? OptionalInt.of(payload.get("n").asInt())
                : OptionalInt.empty();
    }

    /** The value of the field that points are grouped by; empty for none. */
    String group() {
        return payload.path("g").asText("");
    }

    double dot(List<Double> query) {
        double sum = 0;
        for (int i = 0; i < query.size(); i++) {
            sum += query.get(i) * vector("v").get(i);
        }
        return sum;
    }

    double distance(List<Double> query) {
        double sum = 0;
        for (int i = 0; i < query.size(); i++) {
            double difference = query.get(i) - vector("w").get(i);
            sum += difference * difference;
        }
        return Math.sqrt(sum);
    }
}
