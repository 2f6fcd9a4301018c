package io.moraine.queryapi.read;

/**
 * A point found in the order of a field.
 *
 * @param found the point
 * @param key the key it is ordered by, see {@link io.moraine.storage.model.OrderRequest}
 */
public record OrderedPoint(FoundPoint found, double key) {}
