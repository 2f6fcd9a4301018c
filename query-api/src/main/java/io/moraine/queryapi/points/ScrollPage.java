package io.moraine.queryapi.points;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.read.FoundPoint;
import io.moraine.queryapi.read.OrderedPoint;
import io.moraine.queryapi.read.Projection;
import io.moraine.queryapi.read.ReadView;
import io.moraine.queryapi.wire.JsonWriter;
import io.moraine.queryapi.wire.OrderByJson;
import io.moraine.queryapi.wire.PointIdJson;
import io.moraine.queryapi.wire.PointJson;
import io.moraine.storage.model.OrderRequest;
import io.moraine.storage.model.PointId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One page of a scroll.
 *
 * @param entries the points
 * @param next the point that the next page starts with
 * @param shown how points are shown
 */
record ScrollPage(List<Entry> entries, Optional<PointId> next, PointJson shown) {

    /** Reads a page and one point more, with which the next page starts. */
    static ScrollPage of(ReadView view, ScrollBody body) {
        PointJson shown = body.shown();
        List<Entry> found =
                body.order().isPresent()
                        ? ordered(view, body, body.order().get()).stream()
                                .map(point ->
                                        new Entry(point.found(), OptionalDouble.of(point.key())))
                                .toList()
                        : view.list(body.request(), shown.projection()).stream()
                                .map(point -> new Entry(point, OptionalDouble.empty()))
                                .toList();
        boolean more = found.size() > body.limit();
        return new ScrollPage(
                found.subList(0, Math.min(body.limit(), found.size())),
                more ? Optional.of(found.getLast().found().point().id()) : Optional.empty(),
                shown);
    }

    /** Writes the page as a value. */
    void write(JsonWriter out) {
        out.beginObject().name("points").beginArray();
        for (Entry entry : entries) {
            shown.writeRecord(
                    entry.found(),
                    more ->
                            entry.key()
                                    .ifPresent(key ->
                                            OrderByJson.writeKey(key, more.name("order_value"))),
                    out);
        }
        out.endArray().name("next_page_offset");
        next.ifPresentOrElse(id -> PointIdJson.write(id, out), out::nothing);
        out.endObject();
    }

    private static List<OrderedPoint> ordered(ReadView view, ScrollBody body, OrderByJson order) {
        Optional<OrderRequest.Place> from =
                body.offset().map(id -> new OrderRequest.Place(key(view, order, id), id));
        return view.ordered(
                order.request(body.filter(), from, body.request().limit()),
                body.shown().projection());
    }

    /** Where in the order the point stands that the page starts with. */
    private static double key(ReadView view, OrderByJson order, PointId id) {
        OrderRequest alone =
                order.request(
                        new io.moraine.storage.model.Filter.HasId(java.util.Set.of(id)),
                        Optional.empty(),
                        1);
        List<OrderedPoint> found = view.ordered(alone, Projection.ID_ONLY);
        if (found.isEmpty()) {
            throw ApiException.badRequest(
                    "the point at 'offset', %s, is not there any more or has no value to be ordered by; start again with 'start_from'"
                            .formatted(id));
        }
        return found.getFirst().key();
    }

    /**
     * A point on the page.
     *
     * @param found the point
     * @param key the key it is ordered by, where a field orders
     */
    record Entry(FoundPoint found, OptionalDouble key) {}
}
