package io.moraine.ingest.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A record of a collection's topic with its coordinates. Shares Kafka's arrays, of which its value
 * may be a part only; read only.
 */
public final class SourceRecord {

    private final int partition;
    private final long offset;
    private final long timestampMs;
    private final byte @Nullable [] key;
    private final byte @Nullable [] array;
    private final int start;
    private final int length;
    private final Headers headers;
    private byte @Nullable [] copied;

    public SourceRecord(
            int partition,
            long offset,
            long timestampMs,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers) {
        this(partition, offset, timestampMs, key, value, 0, lengthOf(value), headers);
    }

    private SourceRecord(
            int partition,
            long offset,
            long timestampMs,
            byte @Nullable [] key,
            byte @Nullable [] array,
            int start,
            int length,
            Headers headers) {
        this.partition = partition;
        this.offset = offset;
        this.timestampMs = timestampMs;
        this.key = key;
        this.array = array;
        this.start = start;
        this.length = length;
        this.headers = headers;
    }

    /** A record whose value is a view of what was fetched. */
    public static SourceRecord viewing(ConsumerRecord<byte[], ByteBuffer> record) {
        ByteBuffer value = record.value();
        boolean shared = value != null && value.hasArray();
        byte[] array = value == null || shared ? null : new byte[value.remaining()];
        if (array != null) {
            value.duplicate().get(array);
        }
        return new SourceRecord(
                record.partition(),
                record.offset(),
                timestamp(record.timestamp()),
                record.key(),
                shared ? value.array() : array,
                shared ? value.arrayOffset() + value.position() : 0,
                value == null ? 0 : value.remaining(),
                record.headers());
    }

    /** A record whose value is its own. */
    public static SourceRecord of(ConsumerRecord<byte[], byte[]> record) {
        return new SourceRecord(
                record.partition(),
                record.offset(),
                timestamp(record.timestamp()),
                record.key(),
                record.value(),
                record.headers());
    }

    private static int lengthOf(byte @Nullable [] value) {
        return value == null ? 0 : value.length;
    }

    /** The timestamp of a record whose producer may have set none, which reads -1. */
    private static long timestamp(long timestampMs) {
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

    /** Whether it has a value; one that has none deletes. */
    public boolean hasValue() {
        return array != null;
    }

    /** Its value, copied where it is part of a larger array; null deletes. */
    public byte @Nullable [] value() {
        if (array == null || length == array.length) {
            return array;
        }
        byte[] own = copied;
        if (own == null) {
            own = Arrays.copyOfRange(array, start, start + length);
            copied = own;
        }
        return own;
    }

    /** The array that holds its value; null deletes. */
    public byte @Nullable [] array() {
        return array;
    }

    /** Where the value starts in {@link #array}. */
    public int start() {
        return start;
    }

    /** Bytes of the value. */
    public int length() {
        return length;
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
