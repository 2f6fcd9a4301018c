package io.moraine.queryapi.points;

import io.moraine.queryapi.dispatch.ReadOptions;
import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.wire.PayloadSelection;
import io.moraine.queryapi.wire.PointIdJson;
import io.moraine.queryapi.wire.PointJson;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.queryapi.wire.ShownFields;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.PointId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of a request for points by their ids. */
final class RetrieveBody {

    private final ApiLimits limits;
    private final ReadOptions options;
    private final ShownFields shown;
    private @Nullable List<PointId> ids;

    private RetrieveBody(CollectionSchema schema, ApiLimits limits, ReadOptions options) {
        this.limits = limits;
        this.options = options;
        this.shown = new ShownFields(schema, PayloadSelection.all());
    }

    /** Reads a body; what concerns every read goes to the options. */
    static RetrieveBody read(
            byte[] body, CollectionSchema schema, ApiLimits limits, ReadOptions options) {
        RetrieveBody retrieve = new RetrieveBody(schema, limits, options);
        RequestJson.readObject(body, limits.json(), retrieve::field);
        retrieve.ids();
        return retrieve;
    }

    List<PointId> ids() {
        if (ids == null) {
            throw ApiException.badRequest("'ids' is missing: a list of point ids");
        }
        return ids;
    }

    PointJson shown() {
        return shown.shown();
    }

    private void field(String field, JsonReader json) {
        switch (field) {
            case "ids" ->
                    ids = RequestJson.list(json, "ids", limits.batchPoints(), PointIdJson::read);
            default -> {
                if (!shown.field(field, json) && !options.field(field, json)) {
                    throw RequestJson.unknown(
                            field,
                            "a retrieval",
                            "ids, with_payload, with_vector, at_least, as_of, timeout");
                }
            }
        }
    }
}
