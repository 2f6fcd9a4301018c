package io.moraine.queryapi.admin;

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
import io.moraine.queryapi.port.CollectionException;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.CollectionService;
import java.util.List;
import java.util.Set;

/** Creating, describing, listing, changing and deleting collections. */
public final class CollectionEndpoints {

    private final CollectionService service;
    private final Collections collections;
    private final ApiLimits limits;
    private final Envelope envelope;

    public CollectionEndpoints(CollectionService service, ApiLimits limits, Envelope envelope) {
        this.service = service;
        this.collections = new Collections(service);
        this.limits = limits;
        this.envelope = envelope;
    }

    public List<Route> routes() {
        String one = "/collections/{" + Collections.PART + "}";
        return List.of(
                new Route(Method.GET, "/collections", Role.READ, this::list),
                new Route(Method.PUT, one, Role.WRITE, this::create),
                new Route(Method.GET, one, Role.READ, this::info),
                new Route(Method.PATCH, one, Role.WRITE, this::update),
                new Route(Method.DELETE, one, Role.WRITE, this::delete),
                new Route(Method.GET, one + "/exists", Role.READ, this::exists));
    }

    private ApiResponse list(ApiRequest request) {
        return envelope.ok(
                request,
                out -> {
                    out.beginObject().name("collections").beginArray();
                    for (CollectionHandle collection : service.list()) {
                        out.beginObject().name("name").value(collection.name()).endObject();
                    }
                    out.endArray().endObject();
                });
    }

    private ApiResponse create(ApiRequest request) {
        String name = Collections.name(request);
        CreateCollectionBody body = CreateCollectionBody.read(name, request.body(), limits.json());
        try {
            service.create(body.request(), ReadOptions.deadline(request, limits).remaining());
        } catch (CollectionException failed) {
            throw translated(failed);
        }
        return done(request, body.ignored());
    }

    private ApiResponse update(ApiRequest request) {
        CollectionHandle collection = collections.of(request);
        UpdateCollectionBody body =
                UpdateCollectionBody.read(request.body(), collection.schema(), limits.json());
        if (body.changesIndexes()) {
            try {
                service.changeIndexes(
                        collection.name(),
                        body::changed,
                        ReadOptions.deadline(request, limits).remaining());
            } catch (CollectionException failed) {
                throw translated(failed);
            }
        }
        return done(request, body.ignored());
    }

    private ApiResponse done(ApiRequest request, Set<String> ignored) {
        return envelope.ok(
                request,
                out -> out.value(true),
                out -> {
                    if (!ignored.isEmpty()) {
                        out.name("ignored").beginArray();
                        ignored.forEach(out::value);
                        out.endArray();
                    }
                });
    }

    private ApiResponse info(ApiRequest request) {
        CollectionHandle collection = collections.of(request);
        CollectionInfo info = CollectionInfo.of(collection);
        return envelope.read(request, info.positions(), info::write);
    }

    private ApiResponse exists(ApiRequest request) {
        boolean exists = service.find(Collections.name(request)).isPresent();
        return envelope.ok(
                request, out -> out.beginObject().name("exists").value(exists).endObject());
    }

    private ApiResponse delete(ApiRequest request) {
        String name = Collections.name(request);
        try {
            boolean deleted =
                    service.delete(name, ReadOptions.deadline(request, limits).remaining());
            return envelope.ok(request, out -> out.value(deleted));
        } catch (CollectionException failed) {
            throw translated(failed);
        }
    }

    /** The error a client sees. */
    public static ApiException translated(CollectionException failed) {
        ErrorCode code =
                switch (failed) {
                    case CollectionException.AlreadyExists _ -> ErrorCode.COLLECTION_EXISTS;
                    case CollectionException.SourceRejected _ -> ErrorCode.SOURCE_REJECTED;
                    case CollectionException.NotFound _ -> ErrorCode.COLLECTION_NOT_FOUND;
                    case CollectionException.Unavailable _ -> ErrorCode.UNAVAILABLE;
                };
        return new ApiException(code, String.valueOf(failed.getMessage()), failed);
    }
}
