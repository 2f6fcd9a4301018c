package io.moraine.queryapi.read;

import java.util.Set;

/**
 * What of a point has to be read.
 *
 * @param payload whether its payload
 * @param vectorSlots slots of its vectors
 */
public record Projection(boolean payload, Set<Integer> vectorSlots) {

    /** The id and the version only. */
    public static final Projection ID_ONLY = new Projection(false, Set.of());

    public Projection {
        vectorSlots = Set.copyOf(vectorSlots);
    }
}
