package io.moraine.storage.internal.wal;

/**
 * What a log is doing.
 *
 * <pre>
 *         write fails            three syncs fail, or one of the directory
 *   OPEN ───────────► STALLED ──────────────────────────────┐
 *     ▲ ◄─────────────  │                                    ▼
 *       write succeeds  └───────────── close ──► CLOSED    FAILED (also from OPEN) ── close ──► CLOSED
 * </pre>
 */
public enum WalState {
    /** Takes operations. */
    OPEN,
    /** The disk does not take writes; tried again by itself, with pauses. */
    STALLED,
    /** Syncing failed for good; takes nothing until the shard is opened again. */
    FAILED,
    /** Closed. */
    CLOSED
}
