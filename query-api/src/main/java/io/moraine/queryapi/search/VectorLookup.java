package io.moraine.queryapi.search;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.read.FoundPoint;
import io.moraine.queryapi.read.Projection;
import io.moraine.queryapi.read.ReadView;
import io.moraine.queryapi.wire.VectorInput;
import io.moraine.queryapi.wire.VectorJson;
import io.moraine.queryapi.wire.VectorSelection;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.VectorSchema;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Turns what a question names (a vector, or the id of a point) into vectors. */
final class VectorLookup {

    private final ReadView view;
    private final QueryPlan plan;
    private final OtherCollections others;
    private final Set<PointId> used = new HashSet<>();

    VectorLookup(ReadView view, QueryPlan plan, OtherCollections others) {
        this.view = view;
        this.plan = plan;
        this.others = others;
    }

    /** Points of the collection that is asked whose vectors were used; they are no answer. */
    Set<PointId> used() {
        return used;
    }

    /** The vector meant by an input. */
    float[] vector(VectorInput input, boolean idsAllowed) {
        VectorSchema schema = plan.schema().vector(plan.slot());
        Optional<float[]> given = input.vector(schema);
        if (given.isPresent()) {
            return given.get();
        }
        if (!idsAllowed) {
            throw new ApiException(
                    ErrorCode.INVALID_VECTOR,
                    "'vector' is neither an array of %d numbers nor that many 32-bit floats in base64"
                            .formatted(schema.size()));
        }
        PointId id = input.pointId();
        if (plan.lookup().isEmpty()) {
            used.add(id);
            return stored(view, id, plan.slot());
        }
        QueryPlan.LookupFrom from = plan.lookup().get();
        try (ReadView other = others.open(from.collection())) {
            float[] found = stored(other, id, VectorSelection.slot(from.vector(), other.schema()));
            VectorJson.check(found, schema);
            return found;
        }
    }

    /** The vector of a stored point. */
    private static float[] stored(ReadView view, PointId id, int slot) {
        FoundPoint found =
                view.point(id, new Projection(false, Set.of(slot)))
                        .orElseThrow(() ->
                                new ApiException(
                                        ErrorCode.POINT_NOT_FOUND,
                                        "Not found: No point with id " + id + " found"));
        VectorSchema vector = view.schema().vector(slot);
        float[] components = found.point().vectors().get(vector.name());
        if (components == null) {
            throw new ApiException(
                    ErrorCode.BAD_REQUEST,
                    "point %s has no vector '%s'".formatted(id, vector.name()));
        }
        return components;
    }
}
