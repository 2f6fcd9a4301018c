package io.moraine.storage.internal.filter;

import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PayloadPath.Step;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which points pass a filter. Made once for a filter, then asked about any number of
 * points. Safe for use by several threads.
 */
public final class FilterMatcher {

    private final Filter filter;
    private final Set<String> keys = new HashSet<>();

    public FilterMatcher(Filter filter) {
        this.filter = filter;
        collectKeys(filter);
    }

    /** Whether a point passes. */
    public boolean matches(Candidate point) {
        Evaluation evaluation = new Evaluation(point);
        return evaluation.holds(filter, evaluation::payload);
    }

    /** Top-level keys the filter looks at; the rest of a payload is skipped. */
    private void collectKeys(Filter part) {
        switch (part) {
            case Filter.And and -> and.parts().forEach(this::collectKeys);
            case Filter.AtLeast some -> some.parts().forEach(this::collectKeys);
            case Filter.Not not -> collectKeys(not.part());
            case Filter.Field field -> addKey(field.path().head());
            case Filter.ValueCount count -> addKey(count.path().head());
            case Filter.IsEmpty empty -> addKey(empty.path().head());
            case Filter.IsNull isNull -> addKey(isNull.path().head());
            case Filter.Nested nested -> addKey(nested.path().head());
            case Filter.HasId _, Filter.HasVector _ -> {}
        }
    }

    private void addKey(Step first) {
        if (first instanceof Step.Key key) {
            keys.add(key.name());
        }
    }

    /** One point under examination; its payload is read at most once, and only if needed. */
    private final class Evaluation {

        private final Candidate point;
        private @Nullable Map<String, Object> payload;

        Evaluation(Candidate point) {
            this.point = point;
        }

        Map<String, Object> payload() {
            if (payload == null) {
                payload = PayloadTree.read(point.payload(), keys);
            }
            return payload;
        }

        /**
         * Whether a part holds.
         *
         * @param tree where its paths start: the payload, or an object inside it
         */
        boolean holds(Filter part, Supplier<Map<String, Object>> tree) {
            return switch (part) {
                case Filter.And and -> all(and.parts(), tree);
                case Filter.AtLeast some -> atLeast(some, tree);
                case Filter.Not not -> !holds(not.part(), tree);
                case Filter.Field field ->
                        PathValues.elementsAt(field.path(), tree.get()).stream()
                                .anyMatch(value -> ValueTest.passes(field.test(), value));
                case Filter.ValueCount count -> {
                    long values = ValueTest.count(PathValues.at(count.path(), tree.get()));
                    yield values >= count.from() && values <= count.to();
                }
                case Filter.IsEmpty empty ->
                        PathValues.at(empty.path(), tree.get()).stream()
                                .allMatch(ValueTest::isEmpty);
                case Filter.IsNull isNull ->
                        PathValues.elementsAt(isNull.path(), tree.get()).contains(PayloadTree.NULL);
                case Filter.Nested nested -> nested(nested, tree);
                case Filter.HasId ids -> ids.ids().contains(point.id());
                case Filter.HasVector vector -> point.hasVector(vector.slot());
            };
        }

        private boolean all(List<Filter> parts, Supplier<Map<String, Object>> tree) {
            for (Filter part : parts) {
                if (!holds(part, tree)) {
                    return false;
                }
            }
            return true;
        }

        private boolean atLeast(Filter.AtLeast some, Supplier<Map<String, Object>> tree) {
            int missing = some.count();
            for (Filter part : some.parts()) {
                if (missing <= 0) {
                    return true;
                }
                missing -= holds(part, tree) ? 1 : 0;
            }
            return missing <= 0;
        }

        @SuppressWarnings("unchecked") // Maps in a payload tree have string keys.
        private boolean nested(Filter.Nested nested, Supplier<Map<String, Object>> tree) {
            for (Object value : PathValues.elementsAt(nested.path(), tree.get())) {
                if (value instanceof Map<?, ?> fields
                        && holds(nested.filter(), () -> (Map<String, Object>) fields)) {
                    return true;
                }
            }
            return false;
        }
    }
}
