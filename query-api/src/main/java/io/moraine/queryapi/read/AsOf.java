package io.moraine.queryapi.read;

import java.util.Map;
import java.util.OptionalLong;

/**
 * An earlier state that a read asks for.
 *
 * @param offsets by partition, the offset of the last record that is seen, -1 for none at all;
 *     partitions that are not named are seen as they are now
 */
public record AsOf(Map<Integer, Long> offsets) {

    /** Every partition as it is now. */
    public static final AsOf NOW = new AsOf(Map.of());

    public AsOf {
        offsets = Map.copyOf(offsets);
    }

    /** Whether every partition is seen as it is now. */
    boolean isNow() {
        return offsets.isEmpty();
    }

    /** The offset of the last record that is seen of a partition; empty for as it is now. */
    OptionalLong offset(int partition) {
        Long offset = offsets.get(partition);
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /** What has to be applied before the state can be seen. */
    AtLeast needed() {
        return new AtLeast(offsets);
    }
}
