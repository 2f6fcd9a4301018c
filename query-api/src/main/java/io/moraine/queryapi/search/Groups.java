package io.moraine.queryapi.search;

import io.moraine.queryapi.read.FoundPoint;
import io.moraine.queryapi.search.QueryRun.Answered;
import io.moraine.queryapi.wire.PayloadSelection;
import io.moraine.queryapi.wire.PayloadValues;
import io.moraine.queryapi.wire.PointJson;
import io.moraine.queryapi.wire.VectorSelection;
import io.moraine.storage.model.FieldTest;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PayloadPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The best points of the best groups. Groups are told apart by the values of a field, texts,
 * integers or booleans; a point with several values is in several groups, one without in none. A
 * group is as good as its best point.
 */
final class Groups {

    /** How many more hits are looked at when those before were not enough. */
    private static final int DEEPER = 4;

    private final QueryRun run;
    private final QueryPlan plan;
    private final PayloadPath groupBy;
    private final int groupSize;
    private final int groupsMax;
    private final int hitsMax;

    Groups(QueryRun run, QueryPlan plan, GroupFields fields, int hitsMax) {
        this.run = run;
        this.plan = withKey(plan);
        this.groupBy = fields.groupBy();
        this.groupSize = fields.groupSize();
        this.groupsMax = fields.groups(plan.limit());
        this.hitsMax = hitsMax;
    }

    /** The groups by their values, best first. */
    Map<Object, List<Answered>> find() {
        int depth = Math.min(hitsMax, DEEPER * groupsMax * groupSize);
        while (true) {
            List<Answered> hits = run.answer(plan.with(plan.filter(), 0, depth));
            Map<Object, List<Answered>> groups = grouped(hits);
            boolean all = hits.size() < depth;
            if (all || (groups.size() >= groupsMax && isFull(groups))) {
                return first(groups);
            }
            if (depth == hitsMax || groups.size() >= groupsMax) {
                return filled(first(groups));
            }
            depth = Math.min(hitsMax, DEEPER * depth);
        }
    }

    private Map<Object, List<Answered>> grouped(List<Answered> hits) {
        Map<Object, List<Answered>> groups = new LinkedHashMap<>();
        for (Answered hit : hits) {
            Set<Object> values = new HashSet<>();
            for (Object value : PayloadValues.scalars(groupBy, payload(hit.found()))) {
                if (values.add(value)) {
                    List<Answered> group = groups.computeIfAbsent(value, _ -> new ArrayList<>());
                    if (group.size() < groupSize) {
                        group.add(hit);
                    }
                }
            }
        }
        return groups;
    }

    /** Asks for the rest of each group that is not full; further ones may lie deeper. */
    private Map<Object, List<Answered>> filled(Map<Object, List<Answered>> groups) {
        Map<Object, List<Answered>> full = new HashMap<>(groups);
        for (Map.Entry<Object, List<Answered>> group : groups.entrySet()) {
            if (group.getValue().size() < groupSize) {
                Filter only =
                        new Filter.Field(groupBy, new FieldTest.OneOf(Set.of(group.getKey())));
                Filter both = new Filter.And(List.of(only, plan.filter()));
                full.put(group.getKey(), run.answer(plan.with(both, 0, groupSize)));
            }
        }
        groups.replaceAll((value, _) -> full.getOrDefault(value, List.of()));
        return groups;
    }

    private Map<Object, List<Answered>> first(Map<Object, List<Answered>> groups) {
        Map<Object, List<Answered>> first = new LinkedHashMap<>();
        groups.forEach((value, hits) -> {
            if (first.size() < groupsMax) {
                first.put(value, hits);
            }
        });
        return first;
    }

    private boolean isFull(Map<Object, List<Answered>> groups) {
        return first(groups).values().stream().allMatch(group -> group.size() == groupSize);
    }

    private static byte[] payload(FoundPoint found) {
        return found.point().payload();
    }

    /** The whole payload has to be read to know a point's group, whatever is shown of it. */
    private static QueryPlan withKey(QueryPlan plan) {
        return plan.showing(
                new PointJson(
                        plan.schema(),
                        PayloadSelection.all(),
                        new VectorSelection(plan.shown().vectors().slots())));
    }

    /** The id that a group's value may be in another collection. */
    static Optional<String> idText(Object value) {
        return value instanceof Boolean ? Optional.empty() : Optional.of(value.toString());
    }
}
