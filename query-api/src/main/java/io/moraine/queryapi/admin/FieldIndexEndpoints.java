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
import io.moraine.queryapi.exchange.Deadline;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.exchange.Method;
import io.moraine.queryapi.port.CollectionException;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.CollectionService;
import io.moraine.queryapi.wire.PayloadSelection;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PayloadPath;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Indexes of payload fields: made and dropped while the collection is in use. */
public final class FieldIndexEndpoints {

    private static final long POLL_MS = 10;

    private final CollectionService service;
    private final Collections collections;
    private final ApiLimits limits;
    private final Envelope envelope;

    public FieldIndexEndpoints(CollectionService service, ApiLimits limits, Envelope envelope) {
        this.service = service;
        this.collections = new Collections(service);
        this.limits = limits;
        this.envelope = envelope;
    }

    /** The routes. */
    public List<Route> routes() {
        String path = "/collections/{" + Collections.PART + "}/index";
        return List.of(
                new Route(Method.PUT, path, Role.WRITE, this::create),
                new Route(Method.DELETE, path + "/{field_name}", Role.WRITE, this::drop));
    }

    private ApiResponse create(ApiRequest request) {
        CollectionHandle collection = collections.of(request);
        FieldIndexBody body = FieldIndexBody.read(request.body(), limits.json());
        PayloadField field = body.indexed();
        return change(
                request,
                collection,
                present -> {
                    Set<PayloadField> next = new HashSet<>(present);
                    next.add(field);
                    if (next.size() > PayloadField.FIELDS_MAX) {
                        throw ApiException.limit(
                                "indexed fields of a collection",
                                PayloadField.FIELDS_MAX,
                                next.size());
                    }
                    return next;
                },
                body.ignored());
    }

    private ApiResponse drop(ApiRequest request) {
        CollectionHandle collection = collections.of(request);
        PayloadPath path = PayloadSelection.path(request.pathValue("field_name"));
        return change(
                request,
                collection,
                present -> {
                    Set<PayloadField> next = new HashSet<>(present);
                    next.removeIf(field -> field.path().equals(path));
                    return next;
                },
                Set.of());
    }

    private ApiResponse change(
            ApiRequest request,
            CollectionHandle collection,
            UnaryOperator<Set<PayloadField>> change,
            Set<String> ignored) {
        Deadline deadline = ReadOptions.deadline(request, limits);
        try {
            service.changeFields(collection.name(), change, deadline.remaining());
        } catch (CollectionException failed) {
            throw CollectionEndpoints.translated(failed);
        }
        boolean done = request.query().flag("wait") && awaitIndexed(collection, deadline);
        return envelope.ok(
                request,
                out ->
                        out.beginObject()
                                .name("operation_id")
                                .nothing()
                                .name("status")
                                .value(done ? "completed" : "acknowledged")
                                .endObject(),
                out -> {
                    if (!ignored.isEmpty()) {
                        out.name("ignored").beginArray();
                        ignored.forEach(out::value);
                        out.endArray();
                    }
                });
    }

    /** Waits until the indexes of this node know every point; false when time ran out first. */
    private static boolean awaitIndexed(CollectionHandle collection, Deadline deadline) {
        while (CollectionInfo.indexedShare(collection) < 1) {
            if (deadline.passed()) {
                return false;
            }
            try {
                Thread.sleep(POLL_MS);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                throw new ApiException(
                        ErrorCode.UNAVAILABLE, "the server is shutting down", stopping);
            }
        }
        return true;
    }
}
