package io.moraine.storage.model;

/**
 * A row found by a search. It means something only to the snapshot that returned it, which turns it
 * into a point while it is open.
 *
 * @param score how near, higher is better, see {@link Distance}
 * @param segment index of the segment in the snapshot
 * @param ordinal row of that segment
 */
public record Hit(float score, int segment, int ordinal) {}
