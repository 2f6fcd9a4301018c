package io.moraine.storage;

/**
 * How many operations came to which {@link ApplyResult} since a shard was opened; what recovery
 * replays from the log counts as it did when it came.
 *
 * @param applied changed their point
 * @param replayed had been applied before
 * @param stale were older than their point by external version
 * @param missing would have changed a part of a point that does not exist
 */
public record OperationCounts(long applied, long replayed, long stale, long missing) {}
