package io.moraine.storage.internal.manifest;

/**
 * Says that a shard was closed in order: nothing has to be replayed or checked.
 *
 * @param generation the newest manifest when it was closed
 * @param nextOffset the applied offset when it was closed; everything below was safe on the device
 * @param leaderEpoch leader epoch of the last record below, -1 when unknown
 */
public record CleanMarker(long generation, long nextOffset, int leaderEpoch) {}
