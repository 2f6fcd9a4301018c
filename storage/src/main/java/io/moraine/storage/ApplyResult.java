package io.moraine.storage;

/** What became of an operation handed to a shard. */
public enum ApplyResult {
    /** The point changed. */
    APPLIED,
    /** The shard had applied this offset before; nothing changed. */
    REPLAYED,
    /** The point holds a newer version; nothing changed but the applied offset. */
    STALE,
    /** The operation changes a part of a point that does not exist; only the offset moved. */
    MISSING
}
