package io.moraine.storage;

import io.moraine.storage.internal.patch.PointPatch;
import io.moraine.storage.model.InvalidOperationException;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PointChange;
import io.moraine.storage.model.StoredPoint;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Says what points become, for those who have to write whole ones. */
public final class WholePoints {

    private WholePoints() {}

    /**
     * The point that a change to a part makes of one, as {@link Shard#apply} would.
     *
     * @param point the whole point as it is
     * @throws InvalidOperationException if a payload is not a JSON object
     */
    public static PointChange.Upsert after(StoredPoint point, PointChange.Partial change) {
        Map<String, float[]> vectors = new HashMap<>(point.vectors());
        byte[] payload = point.payload();
        switch (change.kind()) {
            case UPDATE_VECTORS -> vectors.putAll(change.vectors());
            case DELETE_VECTORS -> vectors.keySet().removeAll(change.names());
            case SET_PAYLOAD, OVERWRITE_PAYLOAD, DELETE_PAYLOAD, CLEAR_PAYLOAD ->
                    payload =
                            PointPatch.payload(
                                    change.id(),
                                    change.kind(),
                                    payload,
                                    change.payload().getBytes(StandardCharsets.UTF_8),
                                    change.names().stream().map(PayloadPath::parse).toList());
            case UPSERT, DELETE ->
                    throw new IllegalArgumentException("no change of a part: " + change.kind());
        }
        return new PointChange.Upsert(point.id(), vectors, payload);
    }
}
