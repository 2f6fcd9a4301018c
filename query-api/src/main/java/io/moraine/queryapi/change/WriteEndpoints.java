package io.moraine.queryapi.change;

import io.moraine.queryapi.change.ChangeBody.Kind;
import io.moraine.queryapi.dispatch.Collections;
import io.moraine.queryapi.dispatch.Envelope;
import io.moraine.queryapi.dispatch.Role;
import io.moraine.queryapi.dispatch.Route;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.ApiRequest;
import io.moraine.queryapi.exchange.ApiResponse;
import io.moraine.queryapi.exchange.Method;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.read.CollectionReader;
import java.util.ArrayList;
import java.util.List;

/** Changing points: every change becomes records of the collection's topic. */
public final class WriteEndpoints {

    private final Collections collections;
    private final Changes changes;
    private final ApiLimits limits;
    private final Envelope envelope;

    public WriteEndpoints(
            Collections collections, CollectionReader reader, ApiLimits limits, Envelope envelope) {
        this.collections = collections;
        this.changes = new Changes(reader, limits);
        this.limits = limits;
        this.envelope = envelope;
    }

    public List<Route> routes() {
        String points = "/collections/{" + Collections.PART + "}/points";
        return List.of(
                route(Method.PUT, points, Kind.UPSERT),
                route(Method.POST, points + "/delete", Kind.DELETE),
                route(Method.POST, points + "/payload", Kind.SET_PAYLOAD),
                route(Method.PUT, points + "/payload", Kind.OVERWRITE_PAYLOAD),
                route(Method.POST, points + "/payload/delete", Kind.DELETE_PAYLOAD),
                route(Method.POST, points + "/payload/clear", Kind.CLEAR_PAYLOAD),
                route(Method.PUT, points + "/vectors", Kind.UPDATE_VECTORS),
                route(Method.POST, points + "/vectors/delete", Kind.DELETE_VECTORS),
                new Route(Method.POST, points + "/batch", Role.WRITE, this::batch));
    }

    private Route route(Method method, String path, Kind kind) {
        return new Route(method, path, Role.WRITE, request -> change(request, kind));
    }

    private ApiResponse change(ApiRequest request, Kind kind) {
        CollectionHandle collection = collections.of(request);
        RequestedChange change =
                new ChangeBody(request.body(), collection.schema(), limits).read(kind);
        Writes.Outcome outcome = changes.apply(request, collection, change);
        return envelope.ok(request, outcome::write);
    }

    /** Carries out operations in order; when one fails, those before it stay done. */
    private ApiResponse batch(ApiRequest request) {
        CollectionHandle collection = collections.of(request);
        List<RequestedChange> operations =
                new ChangeBody(request.body(), collection.schema(), limits).readBatch();
        List<Writes.Outcome> outcomes = new ArrayList<>();
        for (RequestedChange operation : operations) {
            outcomes.add(changes.apply(request, collection, operation));
        }
        return envelope.ok(
                request,
                out -> {
                    out.beginArray();
                    outcomes.forEach(outcome -> outcome.write(out));
                    out.endArray();
                });
    }
}
