package io.moraine.queryapi.change;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.port.PointWrite;
import io.moraine.queryapi.wire.PayloadSelection;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.queryapi.wire.VectorSelection;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PayloadPath.Step;
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
    PointChange read(Kind kind) {
        return RequestJson.read(body, limits.json(), json -> change(kind, json));
    }

    /** Reads the whole body as a batch: {@code {"operations": [{"upsert": …}, …]}}. */
    List<PointChange> readBatch() {
        List<PointChange> changes = new ArrayList<>();
        RequestJson.readObject(
                body,
                limits.json(),
                (field, json) -> {
                    if (!field.equals("operations")) {
                        throw RequestJson.unknown(field, "a batch", "operations");
                    }
                    RequestJson.elements(
                            json,
                            each ->
                                    RequestJson.fields(
                                            each,
                                            (name, reader) ->
                                                    changes.add(change(Kind.of(name), reader))));
                });
        return changes;
    }

    private PointChange change(Kind kind, JsonReader json) {
        return switch (kind) {
            case UPSERT -> new PointChange.Replace(new UpsertBody(body, schema, limits).read(json));
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
                        ? new PointChange.Remove(selector)
                        : new PointChange.Edit(selector, PointEdit.clearPayload());
            }
            case SET_PAYLOAD, OVERWRITE_PAYLOAD, DELETE_PAYLOAD, DELETE_VECTORS ->
                    new Fields(kind).read(json);
            case UPDATE_VECTORS -> new PointChange.EditVectors(vectors(json));
        };
    }

    private List<PointWrite.Upsert> vectors(JsonReader json) {
        List<PointWrite.Upsert> points = new ArrayList<>();
        for (PointWrite write : new UpsertBody(body, schema, limits).read(json)) {
            if (write instanceof PointWrite.Upsert upsert) {
                if (upsert.payload().length > 0) {
                    throw ApiException.badRequest("an update of vectors takes no 'payload'");
                }
                points.add(upsert);
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
        private List<String> inside = List.of();

        Fields(Kind kind) {
            this.kind = kind;
        }

        PointChange read(JsonReader json) {
            RequestJson.fields(json, this::field);
            return new PointChange.Edit(selector.checked(), edit());
        }

        private void field(String field, JsonReader json) {
            boolean payloads = kind == Kind.SET_PAYLOAD || kind == Kind.OVERWRITE_PAYLOAD;
            if (field.equals("payload") && payloads) {
                payload = new UpsertBody(body, schema, limits).payload(json);
            } else if (field.equals("key") && kind == Kind.SET_PAYLOAD) {
                inside = keysOf(json.string());
            } else if (field.equals("keys") && kind == Kind.DELETE_PAYLOAD) {
                keys = PayloadSelection.paths(json, "keys");
            } else if (field.equals("vector") && kind == Kind.DELETE_VECTORS) {
                names = new HashSet<>(names(json));
            } else if (!selector.field(field, json)) {
                throw RequestJson.unknown(
                        field, "this change", "points, filter, payload, key, keys, vector");
            }
        }

        private PointEdit edit() {
            int bytesMax = limits.bodyBytes();
            if (payload != null) {
                return kind == Kind.SET_PAYLOAD
                        ? PointEdit.setPayload(payload, inside, bytesMax)
                        : PointEdit.overwritePayload(payload);
            }
            if (keys != null) {
                return PointEdit.deletePayload(keys, bytesMax);
            }
            if (names != null) {
                return PointEdit.deleteVectors(names);
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

        private List<String> keysOf(String text) {
            List<String> found = new ArrayList<>();
            for (Step step : PayloadSelection.path(text).steps()) {
                if (!(step instanceof Step.Key key)) {
                    throw new ApiException(
                            ErrorCode.NOT_SUPPORTED,
                            "'key' can lead through objects only, not through arrays");
                }
                found.add(key.name());
            }
            return found;
        }
    }
}
