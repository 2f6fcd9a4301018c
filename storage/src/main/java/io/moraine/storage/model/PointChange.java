package io.moraine.storage.model;

import java.util.List;
import java.util.Map;

/** A change to a point that someone asks this node to write to its collection's log. */
public sealed interface PointChange {

    /** The point. */
    PointId id();

    /** Replaces the whole point. Its arrays are shared, not copied; nobody changes them. */
    final class Upsert implements PointChange {

        private final PointId id;
        private final Map<String, float[]> vectors;
        private final byte[] payload;

        /**
         * Holds a point to be written.
         *
         * @param id the point
         * @param vectors components by vector name, "" for the unnamed one
         * @param payload a JSON object in UTF-8, or empty for none; written byte for byte
         */
        public Upsert(PointId id, Map<String, float[]> vectors, byte[] payload) {
            this.id = id;
            this.vectors = Map.copyOf(vectors);
            this.payload = payload;
        }

        @Override
        public PointId id() {
            return id;
        }

        /** Components by vector name, "" for the unnamed one. */
        public Map<String, float[]> vectors() {
            return vectors;
        }

        /** A JSON object in UTF-8, or empty for none. */
        public byte[] payload() {
            return payload;
        }
    }

    /**
     * Changes a part of the point and keeps the rest; of a point that does not exist it changes
     * nothing. Its arrays are shared, not copied; nobody changes them.
     *
     * @param id the point
     * @param kind what is changed; not {@link OperationKind#UPSERT} or {@link OperationKind#DELETE}
     * @param vectors with {@link OperationKind#UPDATE_VECTORS}: components by vector name
     * @param payload with {@link OperationKind#SET_PAYLOAD} and {@link
     *     OperationKind#OVERWRITE_PAYLOAD}: a JSON object in UTF-8, else empty
     * @param names with {@link OperationKind#SET_PAYLOAD} at most one path, where keys are set;
     *     with {@link OperationKind#DELETE_PAYLOAD} the paths that are removed; with {@link
     *     OperationKind#DELETE_VECTORS} the names of vectors
     */
    record Partial(
            PointId id,
            OperationKind kind,
            Map<String, float[]> vectors,
            String payload,
            List<String> names)
            implements PointChange {

        public Partial {
            if (!kind.isPartial()) {
                throw new IllegalArgumentException("no change of a part: " + kind);
            }
            vectors = Map.copyOf(vectors);
            names = List.copyOf(names);
        }
    }

    /**
     * Removes the point.
     *
     * @param id the point
     */
    record Delete(PointId id) implements PointChange {}
}
