package io.moraine.queryapi.change;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.wire.FilterJson;
import io.moraine.queryapi.wire.PointIdJson;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PointId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which points a change is about: those with some ids, or those that pass a filter. */
final class PointSelector {

    private final CollectionSchema schema;
    private final ApiLimits limits;
    private @Nullable List<PointId> ids;
    private @Nullable Filter filter;

    PointSelector(CollectionSchema schema, ApiLimits limits) {
        this.schema = schema;
        this.limits = limits;
    }

    /** Reads a field if it selects points; false leaves it to the caller. */
    boolean field(String field, JsonReader json) {
        switch (field) {
            case "points" ->
                    ids = RequestJson.list(json, "ids", limits.batchPoints(), PointIdJson::read);
            case "filter" -> filter = FilterJson.read(json, schema);
            case "shard_key" ->
                    throw ApiException.notSupported(
                            "'shard_key' is not supported: partitions are chosen by the record"
                                    + " key");
            default -> {
                return false;
            }
        }
        return true;
    }

    /** This selector, if it selects in exactly one way. */
    PointSelector checked() {
        if ((ids == null) == (filter == null)) {
            throw ApiException.badRequest("give either 'points', a list of ids, or 'filter'");
        }
        return this;
    }

    /** The ids, if points are named by them. */
    Optional<List<PointId>> ids() {
        return Optional.ofNullable(ids);
    }

    /** The filter, if points are found by one. */
    Filter filter() {
        return filter == null ? Filter.all() : filter;
    }
}
