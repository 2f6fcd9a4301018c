package io.moraine.schemas;

import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.RejectionReason;

/**
 * How serializers put a schema's number before a value.
 *
 * <pre>
 * OFFSET SIZE FIELD   MEANING
 *      0    1 magic   0
 *      1    4 schema  the schema's id in the registry, big-endian
 *      5    * value   Protobuf: which message of the schema, then the message; else the value
 * </pre>
 *
 * <p>Source: Confluent's documentation of its schema registry, "Wire format".
 */
final class WireFormat {

    static final byte MAGIC = 0;
    static final int SCHEMA_AT = 1;
    static final int VALUE_AT = 5;

    private WireFormat() {}

    /** The id of a value's schema. */
    static int schemaId(byte[] value) throws DecodeFault {
        if (value.length < VALUE_AT) {
            throw malformed(
                    "a value with a schema has at least %d bytes, got %d"
                            .formatted(VALUE_AT, value.length));
        }
        if (value[0] != MAGIC) {
            throw malformed(
                    "a value with a schema begins with byte 0 and the schema's id, got byte 0x%02x"
                            .formatted(value[0]));
        }
        return (value[SCHEMA_AT] & 0xff) << 24
                | (value[SCHEMA_AT + 1] & 0xff) << 16
                | (value[SCHEMA_AT + 2] & 0xff) << 8
                | (value[SCHEMA_AT + 3] & 0xff);
    }

    static DecodeFault malformed(String message) {
        return new DecodeFault(RejectionReason.VALUE_MALFORMED, message);
    }
}
