package io.moraine.queryapi.change;

import io.moraine.queryapi.port.PointWrite;
import io.moraine.queryapi.wire.JsonWriter;
import io.moraine.queryapi.wire.PayloadMerge;
import io.moraine.queryapi.wire.PayloadSelection;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.StoredPoint;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes a point's next content from its present one. */
@FunctionalInterface
interface PointEdit {

    /** The point as it shall be. */
    PointWrite.Upsert apply(StoredPoint point);

    /** Sets keys of the payload, at its top or inside an object of it, and keeps the others. */
    static PointEdit setPayload(byte[] payload, List<String> inside, int bytesMax) {
        return point ->
                withPayload(point, PayloadMerge.merge(point.payload(), payload, inside, bytesMax));
    }

    /** Replaces the payload. */
    static PointEdit overwritePayload(byte[] payload) {
        return point -> withPayload(point, payload);
    }

    /** Removes what paths name from the payload. */
    static PointEdit deletePayload(List<PayloadPath> paths, int bytesMax) {
        PayloadSelection rest = new PayloadSelection.Exclude(paths);
        return point -> {
            JsonWriter out = new JsonWriter(bytesMax);
            rest.write(point.payload(), out);
            return withPayload(point, Arrays.copyOf(out.bytes(), out.length()));
        };
    }

    /** Removes the payload. */
    static PointEdit clearPayload() {
        return point -> withPayload(point, UpsertBody.NO_PAYLOAD);
    }

    /** Replaces some vectors and keeps the others. */
    static PointEdit setVectors(Map<String, float[]> changed) {
        return point -> {
            Map<String, float[]> vectors = new HashMap<>(point.vectors());
            vectors.putAll(changed);
            return new PointWrite.Upsert(point.id(), vectors, point.payload());
        };
    }

    /** Removes some vectors. */
    static PointEdit deleteVectors(Set<String> names) {
        return point -> {
            Map<String, float[]> vectors = new HashMap<>(point.vectors());
            vectors.keySet().removeAll(names);
            return new PointWrite.Upsert(point.id(), vectors, point.payload());
        };
    }

    private static PointWrite.Upsert withPayload(StoredPoint point, byte[] payload) {
        return new PointWrite.Upsert(point.id(), point.vectors(), payload);
    }
}
