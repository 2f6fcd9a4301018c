package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.filter.FieldValues;
import io.moraine.storage.internal.segment.SegmentView;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.OrderRequest;
import io.moraine.storage.model.OrderedHit;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PointId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** Questions about the values of one payload field, answered from the payloads of all rows. */
final class FieldQuestions {

    private final List<SegmentView> views;
    private final BooleanSupplier stop;

    /**
     * @param stop gives the answering up
     */
    FieldQuestions(List<SegmentView> views, BooleanSupplier stop) {
        this.views = views;
        this.stop = stop;
    }

    /** The first points in the order of a field. */
    List<OrderedHit> ordered(OrderRequest request) {
        FieldValues field = new FieldValues(request.path());
        Comparator<OrderedHit> order = (a, b) -> request.compare(a.key(), a.id(), b.key(), b.id());
        PriorityQueue<OrderedHit> lastOnTop = new PriorityQueue<>(order.reversed());
        new RowLookup(views, request.filter(), stop)
                .forEach((number, view, row) -> {
                    OptionalDouble key = key(request, field.of(view.segment().payload(row)));
                    if (key.isEmpty()
                            || (lastOnTop.size() == request.limit()
                                    && isBehind(request, key.getAsDouble(), lastOnTop.element()))) {
                        return;
                    }
                    PointId id = view.segment().id(row);
                    OrderedHit hit = new OrderedHit(new Hit(0, number, row), id, key.getAsDouble());
                    if (isBefore(request, hit)) {
                        return;
                    }
                    lastOnTop.add(hit);
                    if (lastOnTop.size() > request.limit()) {
                        lastOnTop.remove();
                    }
                });
        List<OrderedHit> hits = new ArrayList<>(lastOnTop);
        hits.sort(order);
        return hits;
    }

    /** How many points have each value of a field: texts, integers and booleans. */
    Map<Object, Long> facet(PayloadPath path, Filter filter) {
        FieldValues field = new FieldValues(path);
        Map<Object, Long> counts = new HashMap<>();
        new RowLookup(views, filter, stop)
                .forEach((_, view, row) -> {
                    List<Object> values = field.of(view.segment().payload(row));
                    // A point that has a value twice has it once.
                    for (Object value : values.size() < 2 ? values : new HashSet<>(values)) {
                        if (FieldValues.isScalar(value)) {
                            counts.merge(value, 1L, Long::sum);
                        }
                    }
                });
        return counts;
    }

    /** The key under which a point with some values is listed. */
    private static OptionalDouble key(OrderRequest request, List<Object> values) {
        OptionalDouble found = OptionalDouble.empty();
        for (Object value : values) {
            OptionalDouble key = FieldValues.orderKey(value);
            if (key.isPresent() && request.mayList(key.getAsDouble())) {
                double now = key.getAsDouble();
                boolean better =
                        found.isEmpty()
                                || (request.descending()
                                        ? now > found.getAsDouble()
                                        : now < found.getAsDouble());
                found = better ? key : found;
            }
        }
        return found;
    }

    private static boolean isBehind(OrderRequest request, double key, OrderedHit last) {
        return request.descending() ? key < last.key() : key > last.key();
    }

    private static boolean isBefore(OrderRequest request, OrderedHit hit) {
        return request.from()
                .map(place -> request.compare(hit.key(), hit.id(), place.key(), place.id()) < 0)
                .orElse(false);
    }
}
