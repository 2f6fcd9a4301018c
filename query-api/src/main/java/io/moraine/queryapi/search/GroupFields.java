package io.moraine.queryapi.search;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.wire.PayloadSelection;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.PayloadPath;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a question for groups: {@code group_by}, {@code group_size}, {@code with_lookup}.
 */
final class GroupFields {

    private static final int SIZE_DEFAULT = 3;
    private static final int GROUPS_DEFAULT = 10;

    private final ApiLimits limits;
    private @Nullable PayloadPath groupBy;
    private int groupSize = SIZE_DEFAULT;
    private Optional<WithLookup> lookup = Optional.empty();

    GroupFields(ApiLimits limits) {
        this.limits = limits;
    }

    /** Reads a field if it is one of these. */
    boolean field(String field, JsonReader json) {
        switch (field) {
            case "group_by" -> groupBy = PayloadSelection.path(json.string());
            case "group_size" -> groupSize = RequestJson.count(json, field);
            case "with_lookup" -> lookup = Optional.of(lookup(json));
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The field that tells groups apart. */
    PayloadPath groupBy() {
        if (groupBy == null) {
            throw ApiException.badRequest("'group_by' is missing: a payload field");
        }
        return groupBy;
    }

    /** Most points of a group. */
    int groupSize() {
        if (groupSize < 1) {
            throw ApiException.badRequest("'group_size' must be at least 1");
        }
        return groupSize;
    }

    /**
     * Most groups.
     *
     * @param limit as asked for, -1 when it is not
     */
    int groups(int limit) {
        int groups = limit < 0 ? GROUPS_DEFAULT : limit;
        if (groups < 1) {
            throw ApiException.badRequest("'limit' must be at least 1");
        }
        if ((long) groups * groupSize() > limits.hits()) {
            throw ApiException.limit(
                    "'limit' times 'group_size'", limits.hits(), (long) groups * groupSize);
        }
        return groups;
    }

    /** What to show of the points of another collection that groups are named after. */
    Optional<WithLookup> lookup() {
        return lookup;
    }

    private static WithLookup lookup(JsonReader json) {
        if (json.peek() == JsonKind.STRING) {
            return new WithLookup(json.string(), PayloadSelection.all(), false);
        }
        String[] collection = {""};
        PayloadSelection[] payload = {PayloadSelection.all()};
        boolean[] vectors = {false};
        RequestJson.fields(
                json,
                (field, reader) -> {
                    switch (field) {
                        case "collection" -> collection[0] = reader.string();
                        case "with_payload" -> payload[0] = PayloadSelection.read(reader);
                        case "with_vectors" -> vectors[0] = reader.bool();
                        default ->
                                throw RequestJson.unknown(
                                        field,
                                        "'with_lookup'",
                                        "collection, with_payload, with_vectors");
                    }
                });
        return new WithLookup(collection[0], payload[0], vectors[0]);
    }

    /**
     * A join with another collection.
     *
     * @param collection its name
     * @param payload which part of the payload is shown
     * @param vectors whether all vectors are shown
     */
    record WithLookup(String collection, PayloadSelection payload, boolean vectors) {}
}
