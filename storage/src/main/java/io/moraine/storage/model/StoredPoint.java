package io.moraine.storage.model;

import java.util.Map;

/** A point as a snapshot sees it. The arrays are the caller's. */
public final class StoredPoint {

    private final PointId id;
    private final long offset;
    private final long timestampMs;
    private final byte[] payload;
    private final Map<String, float[]> vectors;

    /**
     * @param id the point's id
     * @param offset offset of the record that last wrote it
     * @param timestampMs timestamp of that record, milliseconds since the epoch
     * @param payload the payload's bytes, a JSON object; empty when the point has none or it was
     *     not asked for
     * @param vectors components by vector name; only those asked for and present
     */
    public StoredPoint(
            PointId id,
            long offset,
            long timestampMs,
            byte[] payload,
            Map<String, float[]> vectors) {
        this.id = id;
        this.offset = offset;
        this.timestampMs = timestampMs;
        this.payload = payload;
        this.vectors = Map.copyOf(vectors);
    }

    /** The point's id. */
    public PointId id() {
        return id;
    }

    /** Offset of the record that last wrote the point. */
    public long offset() {
        return offset;
    }

    /** Timestamp of that record, milliseconds since the epoch. */
    public long timestampMs() {
        return timestampMs;
    }

    /** The payload's bytes, a JSON object; empty when there is none or it was not asked for. */
    public byte[] payload() {
        return payload;
    }

    /** Components by vector name; only those asked for and present. */
    public Map<String, float[]> vectors() {
        return vectors;
    }
}
