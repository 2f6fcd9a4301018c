package io.moraine.ingest;

import io.moraine.storage.model.PointId;
import java.util.Map;

/** A change to a point that someone asks this node to write to the log. */
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
     * Removes the point.
     *
     * @param id the point
     */
    record Delete(PointId id) implements PointChange {}
}
