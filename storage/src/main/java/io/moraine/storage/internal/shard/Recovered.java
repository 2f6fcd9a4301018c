package io.moraine.storage.internal.shard;

/**
 * How a shard came back.
 *
 * @param clean whether it had been closed in order
 * @param checkpoint everything below came from sealed segments
 * @param replayedFrames frames of the log that were applied again
 * @param replayedBytes their bytes
 * @param tookMs how long opening took
 */
public record Recovered(
        boolean clean, long checkpoint, long replayedFrames, long replayedBytes, long tookMs) {}
