package io.moraine.storage.internal.shard;

/**
 * A shard at one moment.
 *
 * @param health whether it takes operations
 * @param detail a sentence when it needs attention, else empty
 * @param appliedOffset next offset to apply
 * @param durableOffset next offset that is not yet safe on the device
 * @param livePoints points that are alive
 * @param counts what became of the operations
 * @param recovered how the shard was opened
 * @param segments number of segments
 * @param residentBytes off-heap bytes; mapped files not counted
 * @param diskBytes bytes of segment files and log
 */
public record ShardCondition(
        Health health,
        String detail,
        long appliedOffset,
        long durableOffset,
        long livePoints,
        OutcomeCounts.Values counts,
        Recovered recovered,
        int segments,
        long residentBytes,
        long diskBytes) {

    /** Whether a shard takes operations. */
    public enum Health {
        /** It does. */
        OPEN,
        /** Not now; it will by itself. */
        WRITE_STALLED,
        /** Not before it is opened again. */
        FAILED,
        /** It is gone. */
        CLOSED
    }
}
