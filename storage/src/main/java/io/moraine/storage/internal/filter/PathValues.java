package io.moraine.storage.internal.filter;

import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PayloadPath.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds the values a path names in a tree. */
final class PathValues {

    private PathValues() {}

    /** The values at the end of a path, arrays as they are; empty when there are none. */
    static List<Object> at(PayloadPath path, Map<String, Object> tree) {
        List<Object> found = new ArrayList<>(1);
        descend(path.steps(), 0, tree, found);
        return found;
    }

    /** The same with arrays replaced by their elements, one level deep. */
    static List<Object> elementsAt(PayloadPath path, Map<String, Object> tree) {
        List<Object> flat = new ArrayList<>();
        for (Object value : at(path, tree)) {
            if (value instanceof List<?> elements) {
                flat.addAll(elements);
            } else {
                flat.add(value);
            }
        }
        return flat;
    }

    private static void descend(List<Step> steps, int depth, Object value, List<Object> found) {
        if (depth == steps.size()) {
            found.add(value);
            return;
        }
        switch (steps.get(depth)) {
            case Step.Key key -> {
                if (value instanceof Map<?, ?> fields) {
                    Object child = fields.get(key.name());
                    if (child != null) {
                        descend(steps, depth + 1, child, found);
                    }
                }
            }
            case Step.Element element -> {
                if (value instanceof List<?> elements && element.index() < elements.size()) {
                    descend(steps, depth + 1, elements.get(element.index()), found);
                }
            }
            case Step.Elements _ -> {
                if (value instanceof List<?> elements) {
                    for (Object each : elements) {
                        descend(steps, depth + 1, each, found);
                    }
                }
            }
        }
    }
}
