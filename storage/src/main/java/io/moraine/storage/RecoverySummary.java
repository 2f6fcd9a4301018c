package io.moraine.storage;

/**
 * How a shard was opened.
 *
 * @param clean whether it had been closed in order
 * @param checkpoint everything below this offset came from sealed segments
 * @param replayedFrames frames of the log that were applied again; one per operation or move of the
 *     offset
 * @param replayedBytes their bytes
 * @param tookMs how long opening took
 */
public record RecoverySummary(
        boolean clean, long checkpoint, long replayedFrames, long replayedBytes, long tookMs) {}
