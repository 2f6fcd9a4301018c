package io.moraine.storage.internal.shard;

/** What became of an operation. */
public enum Outcome {
    /** It took effect. */
    APPLIED,
    /** Its offset had been applied before. */
    REPLAYED,
    /** The point holds a higher external version. */
    STALE,
    /** It changes a part of a point, and there is no such point. */
    MISSING
}
