package io.moraine.queryapi.points;

import io.moraine.queryapi.dispatch.Collections;
import io.moraine.queryapi.dispatch.Envelope;
import io.moraine.queryapi.dispatch.ReadOptions;
import io.moraine.queryapi.dispatch.Role;
import io.moraine.queryapi.dispatch.Route;
import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.ApiRequest;
import io.moraine.queryapi.exchange.ApiResponse;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.exchange.Method;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.read.CollectionReader;
import io.moraine.queryapi.read.FilterCost;
import io.moraine.queryapi.read.FoundPoint;
import io.moraine.queryapi.read.ReadView;
import io.moraine.queryapi.wire.JsonWriter;
import io.moraine.queryapi.wire.PayloadSelection;
import io.moraine.queryapi.wire.PointIdJson;
import io.moraine.queryapi.wire.PointJson;
import io.moraine.queryapi.wire.VectorSelection;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PointId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Points by their ids, and how many there are. */
public final class ReadEndpoints {

    private final Collections collections;
    private final CollectionReader reader;
    private final ApiLimits limits;
    private final Envelope envelope;

    public ReadEndpoints(
            Collections collections, CollectionReader reader, ApiLimits limits, Envelope envelope) {
        this.collections = collections;
        this.reader = reader;
        this.limits = limits;
        this.envelope = envelope;
    }

    public List<Route> routes() {
        String points = "/collections/{" + Collections.PART + "}/points";
        return List.of(
                new Route(Method.GET, points + "/{id}", Role.READ, this::one),
                new Route(Method.POST, points, Role.READ, this::retrieve),
                new Route(Method.POST, points + "/scroll", Role.READ, this::scroll),
                new Route(Method.POST, points + "/count", Role.READ, this::count),
                new Route(
                        Method.POST,
                        "/collections/{" + Collections.PART + "}/facet",
                        Role.READ,
                        this::facet));
    }

    private ApiResponse one(ApiRequest request) {
        CollectionHandle collection = collections.of(request);
        PointId id = PointIdJson.ofText(request.pathValue("id"));
        ReadOptions options = ReadOptions.of(request, limits);
        PointJson shown =
                new PointJson(
                        collection.schema(),
                        PayloadSelection.all(),
                        VectorSelection.all(collection.schema()));
        try (ReadView view = options.open(reader, collection)) {
            FoundPoint found =
                    view.point(id, shown.projection())
                            .orElseThrow(() ->
                                    new ApiException(
                                            ErrorCode.POINT_NOT_FOUND,
                                            "Not found: Point with id "
                                                    + id
                                                    + " does not exists!"));
            return envelope.read(request, view.positions(), out -> shown.writeRecord(found, out));
        }
    }

    private ApiResponse retrieve(ApiRequest request) {
        CollectionHandle collection = collections.of(request);
        ReadOptions options = ReadOptions.of(request, limits);
        RetrieveBody body = RetrieveBody.read(request.body(), collection.schema(), limits, options);
        PointJson shown = body.shown();
        try (ReadView view = options.open(reader, collection)) {
            return envelope.read(
                    request, view.positions(), out -> writeAll(body.ids(), view, shown, out));
        }
    }

    private static void writeAll(
            List<PointId> ids, ReadView view, PointJson shown, JsonWriter out) {
        out.beginArray();
        for (PointId id : new LinkedHashSet<>(ids)) {
            view.point(id, shown.projection()).ifPresent(found -> shown.writeRecord(found, out));
        }
        out.endArray();
    }

    private ApiResponse scroll(ApiRequest request) {
        CollectionHandle collection = collections.of(request);
        ReadOptions options = ReadOptions.of(request, limits);
        ScrollBody body = ScrollBody.read(request.body(), collection.schema(), limits, options);
        try (ReadView view = options.open(reader, collection)) {
            ScrollPage page = ScrollPage.of(view, body);
            return envelope.read(
                    request, view.positions(), unindexed(body.filter(), collection), page::write);
        }
    }

    private ApiResponse facet(ApiRequest request) {
        CollectionHandle collection = collections.of(request);
        ReadOptions options = ReadOptions.of(request, limits);
        FacetBody body = FacetBody.read(request.body(), collection.schema(), limits, options);
        try (ReadView view = options.open(reader, collection)) {
            Map<Object, Long> counts = view.facet(body.key(), body.filter());
            return envelope.read(
                    request,
                    view.positions(),
                    unindexed(body.filter(), collection),
                    out -> body.write(counts, out));
        }
    }

    private ApiResponse count(ApiRequest request) {
        CollectionHandle collection = collections.of(request);
        ReadOptions options = ReadOptions.of(request, limits);
        CountBody body = CountBody.read(request.body(), collection.schema(), limits, options);
        Filter filter = body.filter();
        try (ReadView view = options.open(reader, collection)) {
            long count = body.exact() ? view.count(filter) : view.estimate(filter);
            return envelope.read(
                    request,
                    view.positions(),
                    unindexed(filter, collection),
                    out -> out.beginObject().name("count").value(count).endObject());
        }
    }

    private static Set<String> unindexed(Filter filter, CollectionHandle collection) {
        return FilterCost.unindexed(List.of(filter), collection.fields());
    }
}
