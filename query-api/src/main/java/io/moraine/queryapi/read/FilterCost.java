package io.moraine.queryapi.read;

import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PayloadPath;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Tells which conditions of a filter no index decides, so that payloads have to be read. */
public final class FilterCost {

    private final Set<PayloadField> fields;
    private final Set<String> slow = new TreeSet<>();

    private FilterCost(Set<PayloadField> fields) {
        this.fields = fields;
    }

    /** The fields of conditions without an index, in alphabetical order. */
    public static Set<String> unindexed(List<Filter> filters, Set<PayloadField> fields) {
        FilterCost cost = new FilterCost(fields);
        filters.forEach(cost::look);
        return cost.slow;
    }

    private void look(Filter filter) {
        switch (filter) {
            case Filter.And and -> and.parts().forEach(this::look);
            case Filter.AtLeast some -> some.parts().forEach(this::look);
            case Filter.Not not -> look(not.part());
            case Filter.Field field -> need(field.path(), index -> index.decides(field.test()));
            case Filter.ValueCount count -> need(count.path(), _ -> false);
            case Filter.IsEmpty empty -> need(empty.path(), _ -> true);
            case Filter.IsNull isNull -> need(isNull.path(), _ -> true);
            case Filter.Nested nested -> need(nested.path(), _ -> false);
            case Filter.HasId _, Filter.HasVector _ -> {}
        }
    }

    private void need(PayloadPath path, Predicate<PayloadField> decides) {
        boolean indexed =
                fields.stream().anyMatch(field -> field.path().equals(path) && decides.test(field));
        if (!indexed) {
            slow.add(path.text());
        }
    }
}
