package io.moraine.ingest.record;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** A record of a collection's topic with its coordinates. Shares Kafka's arrays; read only. */
public final class SourceRecord {

    private final int partition;
    private final long offset;
    private final long timestampMs;
    private final byte @Nullable [] key;
    private final byte @Nullable [] value;
    private final Headers headers;

    public SourceRecord(
            int partition,
            long offset,
            long timestampMs,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers) {
        this.partition = partition;
        this.offset = offset;
        this.timestampMs = timestampMs;
        this.key = key;
        this.value = value;
        this.headers = headers;
    }

    /** The timestamp of a record whose producer may have set none, which reads -1. */
    public static long timestamp(long timestampMs) {
        return Math.max(0, timestampMs);
    }

    /** The partition it was read from. */
    public int partition() {
        return partition;
    }

    /** Its offset in the partition. */
    public long offset() {
        return offset;
    }

    /** Its timestamp, milliseconds since the epoch. */
    public long timestampMs() {
        return timestampMs;
    }

    /** The same record with another value. */
    public SourceRecord withValue(byte @Nullable [] other) {
        return new SourceRecord(partition, offset, timestampMs, key, other, headers);
    }

    /** Its key. */
    public byte @Nullable [] key() {
        return key;
    }

    /** Its value; null deletes. */
    public byte @Nullable [] value() {
        return value;
    }

    /** The text of the last header of a name, if there is one. */
    public static Optional<String> headerText(Headers headers, String name) {
        return Optional.ofNullable(headers.lastHeader(name))
                .map(Header::value)
                .map(value -> new String(value, StandardCharsets.UTF_8));
    }

    /** Its headers. */
    public Headers headers() {
        return headers;
    }
}
