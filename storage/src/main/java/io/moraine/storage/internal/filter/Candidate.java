package io.moraine.storage.internal.filter;

import io.moraine.storage.model.PointId;

/** A point that a filter looks at; read only as far as the filter needs. */
public interface Candidate {

    /** Its id. */
    PointId id();

    /** Its payload, a JSON object, or empty when it has none. */
    byte[] payload();

    /** Whether it carries a vector in a slot. */
    boolean hasVector(int slot);
}
