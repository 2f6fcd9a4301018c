package io.moraine.queryapi.search;

import io.moraine.queryapi.read.ReadView;
import io.moraine.queryapi.search.QueryRun.Answered;
import io.moraine.queryapi.wire.JsonWriter;
import io.moraine.queryapi.wire.OrderByJson;
import io.moraine.queryapi.wire.PayloadValues;
import io.moraine.queryapi.wire.PointIdJson;
import io.moraine.queryapi.wire.PointJson;
import io.moraine.queryapi.wire.VectorSelection;
import io.moraine.storage.model.Distance;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes groups of hits, with the points of another collection that are named like them.
 *
 * @param plan the question
 * @param fields how it is grouped
 * @param others finds the other collection
 */
record GroupsJson(QueryPlan plan, GroupFields fields, OtherCollections others) {

    /** Writes groups as a value. */
    void write(Map<Object, List<Answered>> groups, JsonWriter out) {
        Optional<GroupFields.WithLookup> lookup = fields.lookup();
        if (lookup.isEmpty()) {
            writeAll(groups, out, _ -> {});
            return;
        }
        try (ReadView other = others.open(lookup.get().collection())) {
            PointJson shown =
                    new PointJson(
                            other.schema(),
                            lookup.get().payload(),
                            lookup.get().vectors()
                                    ? VectorSelection.all(other.schema())
                                    : VectorSelection.NONE);
            writeAll(
                    groups,
                    out,
                    value ->
                            Groups.idText(value)
                                    .flatMap(PointIdJson::ifAny)
                                    .flatMap(id -> other.point(id, shown.projection()))
                                    .ifPresent(
                                            found -> shown.writeRecord(found, out.name("lookup"))));
        }
    }

    private void writeAll(Map<Object, List<Answered>> groups, JsonWriter out, LookupWriter lookup) {
        out.beginObject().name("groups").beginArray();
        groups.forEach((value, hits) -> {
            out.beginObject().name("id");
            PayloadValues.write(value, out);
            out.name("hits");
            writeHits(hits, plan, out);
            lookup.write(value);
            out.endObject();
        });
        out.endArray().endObject();
    }

    /** Writes hits as a value. */
    static void writeHits(List<Answered> hits, QueryPlan plan, JsonWriter out) {
        Distance distance =
                plan.scoresAreDistances()
                        ? plan.schema().vector(plan.slot()).distance()
                        : Distance.DOT;
        out.beginArray();
        for (Answered hit : hits) {
            plan.shown()
                    .writeScored(
                            hit.found(),
                            distance,
                            hit.orderKey()
                                    .<PointJson.More>map(key ->
                                            more ->
                                                    OrderByJson.writeKey(
                                                            key, more.name("order_value")))
                                    .orElse(PointJson.NOTHING_MORE),
                            out);
        }
        out.endArray();
    }

    /** Writes what is known of a group's name elsewhere. */
    private interface LookupWriter {
        void write(Object value);
    }
}
