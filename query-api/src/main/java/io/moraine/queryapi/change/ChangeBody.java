package io.moraine.queryapi.change;

import io.moraine.queryapi.change.RequestedChange.Part;
import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.wire.PayloadSelection;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.queryapi.wire.VectorSelection;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PointChange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the bodies of requests that change points, alone or as parts of a batch. */
final class ChangeBody {

    private final byte[] body;
    private final CollectionSchema schema;
    private final ApiLimits limits;

    ChangeBody(byte[] body, CollectionSchema schema, ApiLimits limits) {
        this.body = body;
        this.schema = schema;
        this.limits = limits;
    }

    /** Reads the whole body as one kind of change. */
    RequestedChange read(Kind kind) {
        return RequestJson.read(body, limits.json(), json -> change(kind, json));
    }

    /** Reads the whole body as a batch: {@code {"operations": [{"upsert": …}, …]}}. */
    List<RequestedChange> readBatch() {
        List<RequestedChange> changes = new ArrayList<>();
        boolean[] given = new boolean[1];
        RequestJson.readObject(
                body,
                limits.json(),
                (field, json) -> {
                    if (!field.equals("operations")) {
                        throw RequestJson.unknown(field, "a batch", "operations");
                    }
                    given[0] = true;
                    RequestJson.elements(json, each -> changes.add(operation(each)));
                });
        if (!given[0]) {
            throw ApiException.badRequest("'operations' is missing: a list of changes");
        }
        return changes;
    }

    /** Which of two changes in one object came first would be anybody's guess. */
    private RequestedChange operation(JsonReader json) {
        List<RequestedChange> found = new ArrayList<>();
        RequestJson.fields(json, (name, reader) -> found.add(change(Kind.of(name), reader)));
        if (found.size() != 1) {
            throw ApiException.badRequest(
                    "each of 'operations' is an object with one change, got one with "
                            + found.size());
        }
        return found.getFirst();
    }

    private RequestedChange change(Kind kind, JsonReader json) {
        return switch (kind) {
            case UPSERT ->
                    new RequestedChange.Replace(new UpsertBody(body, schema, limits).read(json));
            case DELETE, CLEAR_PAYLOAD -> {
                PointSelector selector = new PointSelector(schema, limits);
                RequestJson.fields(
                        json,
                        (field, reader) -> {
                            if (!selector.field(field, reader)) {
                                throw RequestJson.unknown(
                                        field, "a selection of points", "points, filter");
                            }
                        });
                selector.checked();
                yield kind == Kind.DELETE
                        ? new RequestedChange.Remove(selector)
                        : new RequestedChange.Edit(
                                selector, new Part(OperationKind.CLEAR_PAYLOAD, "", List.of()));
            }
            case SET_PAYLOAD, OVERWRITE_PAYLOAD, DELETE_PAYLOAD, DELETE_VECTORS ->
                    new Fields(kind).read(json);
            case UPDATE_VECTORS -> new RequestedChange.EditVectors(vectors(json));
        };
    }

    private List<PointChange.Partial> vectors(JsonReader json) {
        List<PointChange.Partial> points = new ArrayList<>();
        for (PointChange change : new UpsertBody(body, schema, limits).readVectors(json)) {
            if (change instanceof PointChange.Upsert upsert) {
                if (upsert.payload().length > 0) {
                    throw ApiException.badRequest("an update of vectors takes no 'payload'");
                }
                points.add(
                        new PointChange.Partial(
                                upsert.id(),
                                OperationKind.UPDATE_VECTORS,
                                upsert.vectors(),
                                "",
                                List.of()));
            }
        }
        return points;
    }

    /** The kinds of change, named as in a batch. */
    enum Kind {
        UPSERT("upsert"),
        DELETE("delete"),
        SET_PAYLOAD("set_payload"),
        OVERWRITE_PAYLOAD("overwrite_payload"),
        DELETE_PAYLOAD("delete_payload"),
        CLEAR_PAYLOAD("clear_payload"),
        UPDATE_VECTORS("update_vectors"),
        DELETE_VECTORS("delete_vectors");

        private final String field;

        Kind(String field) {
            this.field = field;
        }

        static Kind of(String field) {
            for (Kind kind : values()) {
                if (kind.field.equals(field)) {
                    return kind;
                }
            }
            throw RequestJson.unknown(
                    field,
                    "'operations'",
                    "upsert, delete, set_payload, overwrite_payload, delete_payload, clear_payload,"
                            + " update_vectors, delete_vectors");
        }
    }

    /** The fields of a change that has more than a selection. */
    private final class Fields {

        private final Kind kind;
        private final PointSelector selector = new PointSelector(schema, limits);
        private byte @Nullable [] payload;
        private @Nullable List<PayloadPath> keys;
        private @Nullable Set<String> names;
        private @Nullable String inside;

        Fields(Kind kind) {
            this.kind = kind;
        }

        RequestedChange read(JsonReader json) {
            RequestJson.fields(json, this::field);
            return new RequestedChange.Edit(selector.checked(), part());
        }

        private void field(String field, JsonReader json) {
            boolean payloads = kind == Kind.SET_PAYLOAD || kind == Kind.OVERWRITE_PAYLOAD;
            if (field.equals("payload") && payloads) {
                payload = new UpsertBody(body, schema, limits).payload(json);
            } else if (field.equals("key") && kind == Kind.SET_PAYLOAD) {
                inside = PayloadSelection.path(json.string()).text();
            } else if (field.equals("keys") && kind == Kind.DELETE_PAYLOAD) {
                keys = PayloadSelection.paths(json, "keys");
            } else if (field.equals("vector") && kind == Kind.DELETE_VECTORS) {
                names = new HashSet<>(names(json));
                if (names.isEmpty()) {
                    throw ApiException.badRequest("'vector' must name a vector at least");
                }
            } else if (!selector.field(field, json)) {
                throw RequestJson.unknown(field, "this change", known());
            }
        }

        private String known() {
            return "points, filter, "
                    + switch (kind) {
                        case SET_PAYLOAD -> "payload, key";
                        case OVERWRITE_PAYLOAD -> "payload";
                        case DELETE_PAYLOAD -> "keys";
                        case DELETE_VECTORS -> "vector";
                        case UPSERT, DELETE, CLEAR_PAYLOAD, UPDATE_VECTORS ->
                                throw new IllegalStateException("no fields of its own: " + kind);
                    };
        }

        private Part part() {
            if (payload != null) {
                String text = new String(payload, StandardCharsets.UTF_8);
                return kind == Kind.SET_PAYLOAD
                        ? new Part(
                                OperationKind.SET_PAYLOAD,
                                text,
                                inside == null ? List.of() : List.of(inside))
                        : new Part(OperationKind.OVERWRITE_PAYLOAD, text, List.of());
            }
            if (keys != null) {
                return new Part(
                        OperationKind.DELETE_PAYLOAD,
                        "",
                        keys.stream().map(PayloadPath::text).toList());
            }
            if (names != null) {
                return new Part(OperationKind.DELETE_VECTORS, "", List.copyOf(names));
            }
            throw ApiException.badRequest("the change itself is missing: payload, keys or vector");
        }

        private List<String> names(JsonReader json) {
            return RequestJson.list(
                    json,
                    "vector names",
                    CollectionSchema.VECTORS_MAX,
                    reader -> {
                        String name = reader.string();
                        VectorSelection.slot(name, schema);
                        return name;
                    });
        }
    }
}
