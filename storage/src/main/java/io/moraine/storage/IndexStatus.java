package io.moraine.storage;

import io.moraine.storage.model.IndexOptions;

/**
 * How the vectors of one name are found in a shard at one moment.
 *
 * @param vector the vector's name
 * @param options how they are to be found
 * @param rows stored vectors of that name, those of replaced points included until a merge
 * @param codedRows those that are found by their codes; the others are compared one by one
 * @param clusteredRows those that are found by clusters
 * @param settled whether the background has nothing left to build or to take away
 */
public record IndexStatus(
        String vector,
        IndexOptions options,
        long rows,
        long codedRows,
        long clusteredRows,
        boolean settled) {}
