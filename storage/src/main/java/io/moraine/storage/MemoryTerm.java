package io.moraine.storage;

/**
 * A part of the off-heap memory of a shard.
 *
 * @param name which part
 * @param bytes how much it takes now
 * @param formula what it grows with
 * @param counted whether it counts against the collection's limit; what is mapped does not, because
 *     the system takes it back when it needs it
 */
public record MemoryTerm(String name, long bytes, String formula, boolean counted) {}
