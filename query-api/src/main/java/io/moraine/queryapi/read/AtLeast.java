package io.moraine.queryapi.read;

import java.util.Map;
import java.util.TreeMap;

/**
 * Offsets an answer must include.
 *
 * @param offsets by partition, the offset of a record that must be applied; -1 demands nothing
 */
public record AtLeast(Map<Integer, Long> offsets) {

    /** No demand. */
    public static final AtLeast NOTHING = new AtLeast(Map.of());

    public AtLeast {
        offsets = Map.copyOf(offsets);
    }

    /** Both demands. */
    public AtLeast and(AtLeast other) {
        Map<Integer, Long> both = new TreeMap<>(offsets);
        other.offsets.forEach((partition, offset) -> both.merge(partition, offset, Math::max));
        return new AtLeast(both);
    }
}
