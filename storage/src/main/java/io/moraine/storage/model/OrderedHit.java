package io.moraine.storage.model;

/**
 * A row found in the order of a field.
 *
 * @param hit the row
 * @param id its point
 * @param key the key it is ordered by
 */
public record OrderedHit(Hit hit, PointId id, double key) {}
