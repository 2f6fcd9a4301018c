package io.moraine.queryapi.port;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where in the log a write ended up.
 *
 * @param lastOffsets by partition, the highest offset a record of the write was given; partitions
 *     the write did not touch are absent
 */
public record WriteReceipt(SortedMap<Integer, Long> lastOffsets) {

    public WriteReceipt {
        lastOffsets = Collections.unmodifiableSortedMap(new TreeMap<>(lastOffsets));
    }
}
