package io.moraine.queryapi.search;

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
import io.moraine.queryapi.read.FoundPoint;
import io.moraine.queryapi.read.NearestQuery;
import io.moraine.queryapi.read.Projection;
import io.moraine.queryapi.read.ReadView;
import io.moraine.queryapi.search.SearchBody.Form;
import io.moraine.queryapi.wire.JsonWriter;
import io.moraine.queryapi.wire.PointJson;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.queryapi.wire.VectorInput;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.VectorSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Questions for the nearest points. */
public final class SearchEndpoints {

    private final Collections collections;
    private final CollectionReader reader;
    private final ApiLimits limits;
    private final Envelope envelope;

    public SearchEndpoints(
            Collections collections, CollectionReader reader, ApiLimits limits, Envelope envelope) {
        this.collections = collections;
        this.reader = reader;
        this.limits = limits;
        this.envelope = envelope;
    }

    public List<Route> routes() {
        String points = "/collections/{" + Collections.PART + "}/points";
        return List.of(
                new Route(
                        Method.POST,
                        points + "/search",
                        Role.READ,
                        request -> one(request, Form.SEARCH)),
                new Route(
                        Method.POST,
                        points + "/search/batch",
                        Role.READ,
                        request -> batch(request, Form.SEARCH)),
                new Route(
                        Method.POST,
                        points + "/query",
                        Role.READ,
                        request -> one(request, Form.QUERY)),
                new Route(
                        Method.POST,
                        points + "/query/batch",
                        Role.READ,
                        request -> batch(request, Form.QUERY)));
    }

    private ApiResponse one(ApiRequest request, Form form) {
        CollectionHandle collection = collections.of(request);
        ReadOptions options = ReadOptions.of(request, limits);
        SearchBody body = new SearchBody(form, collection.schema(), limits, options);
        RequestJson.read(request.body(), limits.json(), body::read);
        try (ReadView view = reader.open(collection, options.atLeast(), options.deadline())) {
            List<FoundPoint> hits = hits(view, body);
            return envelope.read(request, view.positions(), out -> write(hits, body, out));
        }
    }

    /** Answers several questions from one view. */
    private ApiResponse batch(ApiRequest request, Form form) {
        CollectionHandle collection = collections.of(request);
        ReadOptions options = ReadOptions.of(request, limits);
        List<SearchBody> bodies = new ArrayList<>();
        RequestJson.readObject(
                request.body(),
                limits.json(),
                (field, json) -> {
                    if (field.equals("searches")) {
                        bodies.addAll(
                                RequestJson.list(
                                        json,
                                        "searches in a batch",
                                        limits.batchSearches(),
                                        each ->
                                                new SearchBody(
                                                                form,
                                                                collection.schema(),
                                                                limits,
                                                                options)
                                                        .read(each)));
                    } else if (!options.field(field, json)) {
                        throw RequestJson.unknown(field, "a batch", "searches, at_least, timeout");
                    }
                });
        try (ReadView view = reader.open(collection, options.atLeast(), options.deadline())) {
            return envelope.read(
                    request,
                    view.positions(),
                    out -> {
                        out.beginArray();
                        bodies.forEach(body -> write(hits(view, body), body, out));
                        out.endArray();
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
                new NearestQuery(
                        body.slot(), query, body.scoreMin(), body.page(), body.filter(), excluded),
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

    /** Writes hits the way the form of the question wants them. */
    private static void write(List<FoundPoint> hits, SearchBody body, JsonWriter out) {
        PointJson shown = body.shown();
        boolean wrapped = body.form() == Form.QUERY;
        if (wrapped) {
            out.beginObject().name("points");
        }
        out.beginArray();
        for (FoundPoint hit : hits) {
            shown.writeScored(hit, body.vector().distance(), out);
        }
        out.endArray();
        if (wrapped) {
            out.endObject();
        }
    }
}
