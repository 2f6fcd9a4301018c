package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.index.UnitLength;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.InvalidOperationException;
import io.moraine.storage.model.NotFiniteException;
import io.moraine.storage.model.OperationView;
import io.moraine.storage.model.VectorSchema;
import java.lang.foreign.MemorySegment;

/** Keeps vectors out that no comparison could use, and brings others to unit length. */
final class OperationCheck {

    private final CollectionSchema schema;

    OperationCheck(CollectionSchema schema) {
        this.schema = schema;
    }

    /**
     * Checks every vector and scales those compared by cosine in place.
     *
     * @throws NotFiniteException if a component is not finite
     * @throws InvalidOperationException if a vector compared by cosine is zero
     */
    void prepare(OperationView operation) {
        if (operation.vectorCount() == 0) {
            return;
        }
        MemorySegment memory = operation.memory();
        for (int slot = 0; slot < schema.vectors().size(); slot++) {
            long position = operation.vectorPosition(slot);
            if (position >= 0) {
                VectorSchema vector = schema.vector(slot);
                boolean usable =
                        vector.distance() == Distance.COSINE
                                ? UnitLength.normalize(memory, position, vector.size())
                                : UnitLength.isFinite(memory, position, vector.size());
                if (!usable) {
                    throw refusal(vector, memory, position);
                }
            }
        }
    }

    private static InvalidOperationException refusal(
            VectorSchema vector, MemorySegment memory, long position) {
        String name = vector.name().isEmpty() ? "vector" : "vector '" + vector.name() + "'";
        int component = UnitLength.firstNotFinite(memory, position, vector.size());
        return component >= 0
                ? new NotFiniteException(
                        "%s: component %d is not a finite number".formatted(name, component))
                : new InvalidOperationException(
                        "%s: all components are zero, which cosine cannot compare".formatted(name));
    }
}
