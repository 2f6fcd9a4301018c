package io.moraine.queryapi.route;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.wire.PointIdJson;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.PointId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of a request that names points by their ids in {@code points}. */
final class PointsBody {

    private final ApiLimits limits;
    private @Nullable List<PointId> ids;

    private PointsBody(ApiLimits limits) {
        this.limits = limits;
    }

    /** Reads a body. */
    static List<PointId> read(byte[] body, ApiLimits limits) {
        PointsBody points = new PointsBody(limits);
        RequestJson.readObject(body, limits.json(), points::field);
        if (points.ids == null) {
            throw ApiException.badRequest("'points' is missing: a list of point ids");
        }
        return points.ids;
    }

    private void field(String field, JsonReader json) {
        ids =
                switch (field) {
                    case "points" ->
                            RequestJson.list(json, "ids", limits.batchPoints(), PointIdJson::read);
                    case "filter" ->
                            throw ApiException.notSupported("'filter' is not supported yet");
                    case "shard_key" ->
                            throw ApiException.notSupported(
                                    "'shard_key' is not supported: partitions are chosen by the"
                                            + " record key");
                    default -> throw RequestJson.unknown(field, "this request", "points");
                };
    }
}
