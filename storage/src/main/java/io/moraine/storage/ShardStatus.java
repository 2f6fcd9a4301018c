package io.moraine.storage;

/**
 * A shard's state at one moment.
 *
 * @param state what the shard is doing
 * @param detail a sentence about the state when it needs attention, else empty
 * @param appliedOffset next offset to apply; everything below is visible
 * @param durableOffset next offset that is not yet safe on the local disk
 * @param livePoints points a search can find now
 * @param operations what became of the operations since the shard was opened
 * @param recovery how the shard was opened
 * @param segments sealed segments and the appendable one
 * @param residentBytes off-heap bytes held by the shard; mapped files not counted
 * @param diskBytes bytes of the shard's files
 */
public record ShardStatus(
        State state,
        String detail,
        long appliedOffset,
        long durableOffset,
        long livePoints,
        OperationCounts operations,
        RecoverySummary recovery,
        int segments,
        long residentBytes,
        long diskBytes) {

    /** What a shard is doing. */
    public enum State {
        /** Takes operations and answers. */
        OPEN,
        /** Answers; takes no operations until the disk recovers. */
        WRITE_STALLED,
        /** Answers from what is sound; takes no operations until an operator steps in. */
        FAILED,
        /** Gone. */
        CLOSED
    }
}
