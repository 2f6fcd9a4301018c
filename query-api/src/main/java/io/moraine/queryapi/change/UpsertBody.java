package io.moraine.queryapi.change;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.wire.PointIdJson;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.queryapi.wire.VectorJson;
import io.moraine.queryapi.wire.VectorSelection;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.PointChange;
import io.moraine.storage.model.PointId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of an upsert: {@code points}, one object each, or {@code batch}, one list for each of
 * ids, vectors and payloads.
 */
final class UpsertBody {

    static final byte[] NO_PAYLOAD = {};

    private final byte[] body;
    private final CollectionSchema schema;
    private final ApiLimits limits;
    private @Nullable List<PointChange> writes;

    UpsertBody(byte[] body, CollectionSchema schema, ApiLimits limits) {
        this.body = body;
        this.schema = schema;
        this.limits = limits;
    }

    /** Reads the next value. */
    List<PointChange> read(JsonReader json) {
        RequestJson.fields(json, this::field);
        if (writes == null) {
            throw ApiException.badRequest("an upsert needs 'points' or 'batch'");
        }
        return writes;
    }

    /** Reads the next value as new vectors of points: the list form only. */
    List<PointChange> readVectors(JsonReader json) {
        RequestJson.fields(
                json,
                (field, reader) -> {
                    if (field.equals("batch")) {
                        throw RequestJson.unknown(field, "an update of vectors", "points");
                    }
                    field(field, reader);
                });
        if (writes == null) {
            throw ApiException.badRequest("'points' is missing: points with their new vectors");
        }
        return writes;
    }

    private void field(String field, JsonReader json) {
        switch (field) {
            case "points", "batch" -> {
                if (writes != null) {
                    throw ApiException.badRequest("an upsert takes 'points' or 'batch', not both");
                }
                writes = field.equals("points") ? points(json) : new Batch().read(json);
            }
            case "shard_key" ->
                    throw ApiException.notSupported(
                            "'shard_key' is not supported: partitions are chosen by the record"
                                    + " key");
            case "update_mode" -> {
                if (!json.string().equals("upsert")) {
                    throw ApiException.notSupported(
                            "'update_mode' can only be \"upsert\": a log takes every write");
                }
            }
            case "update_filter" ->
                    throw ApiException.notSupported(
                            "'update_filter' is not supported: a log takes every write");
            default -> throw RequestJson.unknown(field, "an upsert", "points, batch");
        }
    }

    private List<PointChange> points(JsonReader json) {
        return RequestJson.list(json, "points in one write", limits.batchPoints(), this::point);
    }

    private PointChange point(JsonReader json) {
        Point point = new Point();
        RequestJson.fields(json, point::field);
        return point.write();
    }

    /** Reads one vector, or one for each of some names. */
    Map<String, float[]> vectors(JsonReader json) {
        if (json.peek() != JsonKind.OBJECT) {
            int slot = VectorSelection.slot("", schema);
            return Map.of("", VectorJson.read(json, schema.vector(slot)));
        }
        Map<String, float[]> vectors = new LinkedHashMap<>();
        RequestJson.fields(
                json,
                (name, reader) -> {
                    if (schema.slot(name).isEmpty() && VectorJson.NOT_DENSE.contains(name)) {
                        throw VectorJson.notDense();
                    }
                    int slot = VectorSelection.slot(name, schema);
                    vectors.put(name, VectorJson.read(reader, schema.vector(slot)));
                });
        return vectors;
    }

    /** Copies the next value, which must be an object. */
    byte[] payload(JsonReader json) {
        JsonKind kind = json.peek();
        if (kind != JsonKind.OBJECT) {
            throw RequestJson.wrongType("payload", "an object", kind);
        }
        int start = json.position();
        json.skip();
        return Arrays.copyOfRange(body, start, json.position());
    }

    /** One point as it is read. */
    private final class Point {

        private @Nullable PointId id;
        private @Nullable Map<String, float[]> vectors;
        private byte[] payload = NO_PAYLOAD;

        void field(String field, JsonReader json) {
            switch (field) {
                case "id" -> id = PointIdJson.read(json);
                case "vector", "vectors" -> vectors = vectors(json);
                case "payload" -> payload = payload(json);
                default -> throw RequestJson.unknown(field, "a point", "id, vector, payload");
            }
        }

        PointChange write() {
            if (id == null) {
                throw ApiException.badRequest("a point has no 'id'");
            }
            if (vectors == null) {
                throw ApiException.badRequest("point " + id + " has no 'vector'");
            }
            return new PointChange.Upsert(id, vectors, payload);
        }
    }

    /** The batch form as it is read. */
    private final class Batch {

        private @Nullable List<PointId> ids;
        private @Nullable List<Map<String, float[]>> vectors;
        private @Nullable List<byte[]> payloads;

        List<PointChange> read(JsonReader json) {
            RequestJson.fields(json, this::field);
            if (ids == null || vectors == null) {
                throw ApiException.badRequest("a batch needs 'ids' and 'vectors'");
            }
            sameSize("vectors", vectors.size(), ids.size());
            if (payloads != null) {
                sameSize("payloads", payloads.size(), ids.size());
            }
            List<PointChange> points = new ArrayList<>(ids.size());
            for (int i = 0; i < ids.size(); i++) {
                byte[] payload = payloads == null ? NO_PAYLOAD : payloads.get(i);
                points.add(new PointChange.Upsert(ids.get(i), vectors.get(i), payload));
            }
            return points;
        }

        private void field(String field, JsonReader json) {
            int limit = limits.batchPoints();
            switch (field) {
                case "ids" -> ids = RequestJson.list(json, "ids", limit, PointIdJson::read);
                case "vectors" -> vectors = columns(json, limit);
                case "payloads" ->
                        payloads =
                                RequestJson.list(
                                        json,
                                        "payloads",
                                        limit,
                                        reader ->
                                                reader.nullIfNext() ? NO_PAYLOAD : payload(reader));
                default -> throw RequestJson.unknown(field, "a batch", "ids, vectors, payloads");
            }
        }

        /** Vectors of all points: one list, or one list for each vector name. */
        private List<Map<String, float[]>> columns(JsonReader json, int limit) {
            if (json.peek() == JsonKind.ARRAY) {
                return RequestJson.list(json, "vectors", limit, UpsertBody.this::vectors);
            }
            List<Map<String, float[]>> rows = new ArrayList<>();
            int[] columns = new int[1];
            RequestJson.fields(
                    json,
                    (name, reader) -> {
                        List<float[]> column = column(name, reader, limit);
                        if (columns[0]++ == 0) {
                            column.forEach(_ -> rows.add(new LinkedHashMap<>()));
                        }
                        sameSize("vectors." + name, column.size(), rows.size());
                        for (int i = 0; i < column.size(); i++) {
                            rows.get(i).put(name, column.get(i));
                        }
                    });
            return rows;
        }

        private List<float[]> column(String name, JsonReader json, int limit) {
            int slot = VectorSelection.slot(name, schema);
            return RequestJson.list(
                    json, "vectors", limit, reader -> VectorJson.read(reader, schema.vector(slot)));
        }

        private static void sameSize(String field, int size, int expected) {
            if (size != expected) {
                throw ApiException.badRequest(
                        "a batch needs lists of one length: '%s' has %d entries, expected %d"
                                .formatted(field, size, expected));
            }
        }
    }
}
