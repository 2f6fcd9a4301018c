package io.moraine.queryapi.route;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.ApiRequest;
import io.moraine.queryapi.exchange.ApiResponse;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.exchange.Method;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.read.CollectionReader;
import io.moraine.queryapi.read.FoundPoint;
import io.moraine.queryapi.read.NearestQuery;
import io.moraine.queryapi.read.Projection;
import io.moraine.queryapi.read.ReadView;
import io.moraine.queryapi.wire.JsonWriter;
import io.moraine.queryapi.wire.PointJson;
import io.moraine.queryapi.wire.VectorInput;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.VectorSchema;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Questions for the nearest points. */
final class SearchEndpoints {

    private final Collections collections;
    private final CollectionReader reader;
    private final ApiLimits limits;
    private final Envelope envelope;

    SearchEndpoints(
            Collections collections, CollectionReader reader, ApiLimits limits, Envelope envelope) {
        this.collections = collections;
        this.reader = reader;
        this.limits = limits;
        this.envelope = envelope;
    }

    List<Route> routes() {
        String points = "/collections/{" + Collections.PART + "}/points";
        return List.of(
                new Route(Method.POST, points + "/search", Role.READ, this::search),
                new Route(Method.POST, points + "/query", Role.READ, this::query));
    }

    private ApiResponse search(ApiRequest request) {
        CollectionHandle collection = collections.of(request);
        ReadOptions options = ReadOptions.of(request, limits);
        SearchBody body = SearchBody.ofSearch(request.body(), collection.schema(), limits, options);
        try (ReadView view = reader.open(collection, options.atLeast(), options.deadline())) {
            List<FoundPoint> hits = hits(view, body);
            return envelope.read(request, view.positions(), out -> write(hits, body, out));
        }
    }

    private ApiResponse query(ApiRequest request) {
        CollectionHandle collection = collections.of(request);
        ReadOptions options = ReadOptions.of(request, limits);
        SearchBody body = SearchBody.ofQuery(request.body(), collection.schema(), limits, options);
        try (ReadView view = reader.open(collection, options.atLeast(), options.deadline())) {
            List<FoundPoint> hits = hits(view, body);
            return envelope.read(
                    request,
                    view.positions(),
                    out -> {
                        write(hits, body, out.beginObject().name("points"));
                        out.endObject();
                    });
        }
    }

    private static List<FoundPoint> hits(ReadView view, SearchBody body) {
        VectorSchema vector = body.vector();
        VectorInput input = body.input();
        Optional<float[]> given = input.vector(vector);
        if (given.isPresent()) {
            return search(view, body, given.get(), Set.of());
        }
        PointId id = body.pointId();
        return search(view, body, stored(view, id, body.slot()), Set.of(id));
    }

    private static List<FoundPoint> search(
            ReadView view, SearchBody body, float[] query, Set<PointId> excluded) {
        return view.search(
                new NearestQuery(body.slot(), query, body.scoreMin(), body.page(), excluded),
                body.shown().projection());
    }

    /** The vector of a stored point. */
    private static float[] stored(ReadView view, PointId id, int slot) {
        FoundPoint found =
                view.point(id, new Projection(false, Set.of(slot)))
                        .orElseThrow(() ->
                                new ApiException(
                                        ErrorCode.POINT_NOT_FOUND,
                                        "Not found: No point with id " + id + " found"));
        VectorSchema vector = view.schema().vector(slot);
        float[] components = found.point().vectors().get(vector.name());
        if (components == null) {
            throw new ApiException(
                    ErrorCode.BAD_REQUEST,
                    "point %s has no vector '%s'".formatted(id, vector.name()));
        }
        return components;
    }

    private static void write(List<FoundPoint> hits, SearchBody body, JsonWriter out) {
        PointJson shown = body.shown();
        out.beginArray();
        for (FoundPoint hit : hits) {
            shown.writeScored(hit, body.vector().distance(), out);
        }
        out.endArray();
    }
}
