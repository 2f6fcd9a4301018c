package io.moraine.storage.model;

import java.util.Map;

/**
 * A point as a snapshot sees it. The arrays are the caller's.
 *
 * @param id the point's id
 * @param offset offset of the record that last wrote it
 * @param timestampMs timestamp of that record, milliseconds since the epoch
 * @param payload the payload's bytes, a JSON object; empty when the point has none or it was not
 *     asked for
 * @param vectors components by vector name; only those asked for and present
 */
public record StoredPoint(
        PointId id, long offset, long timestampMs, byte[] payload, Map<String, float[]> vectors) {}
