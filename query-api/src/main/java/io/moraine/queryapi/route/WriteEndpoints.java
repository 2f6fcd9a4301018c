package io.moraine.queryapi.route;

import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.ApiRequest;
import io.moraine.queryapi.exchange.ApiResponse;
import io.moraine.queryapi.exchange.Method;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.PointWrite;
import java.util.ArrayList;
import java.util.List;

/** Changing points: every change becomes a record of the collection's topic. */
final class WriteEndpoints {

    private final Collections collections;
    private final Writes writes;
    private final ApiLimits limits;
    private final Envelope envelope;

    WriteEndpoints(Collections collections, ApiLimits limits, Envelope envelope) {
        this.collections = collections;
        this.writes = new Writes(limits);
        this.limits = limits;
        this.envelope = envelope;
    }

    List<Route> routes() {
        String points = "/collections/{" + Collections.PART + "}/points";
        return List.of(
                new Route(Method.PUT, points, Role.WRITE, this::upsert),
                new Route(Method.POST, points + "/delete", Role.WRITE, this::delete));
    }

    private ApiResponse upsert(ApiRequest request) {
        CollectionHandle collection = collections.of(request);
        return answer(
                request, collection, UpsertBody.read(request.body(), collection.schema(), limits));
    }

    private ApiResponse delete(ApiRequest request) {
        CollectionHandle collection = collections.of(request);
        List<PointWrite> deletes = new ArrayList<>();
        PointsBody.read(request.body(), limits)
                .forEach(id -> deletes.add(new PointWrite.Delete(id)));
        return answer(request, collection, deletes);
    }

    private ApiResponse answer(
            ApiRequest request, CollectionHandle collection, List<PointWrite> changes) {
        Writes.Outcome outcome = writes.write(request, collection, changes);
        return envelope.ok(request, outcome::write);
    }
}
