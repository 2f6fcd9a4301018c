package io.moraine.ingest.definition;

import io.moraine.ingest.format.CloudEventsDecoder;
import io.moraine.ingest.format.JsonRecordDecoder;
import io.moraine.ingest.format.RawFloatRecordDecoder;
import java.util.Arrays;
import java.util.Optional;

/** How the records of a topic are written. */
public enum RecordFormat {
    /**
     * {@code {"vector": …, "payload": {…}}} in UTF-8, see {@link JsonRecordDecoder}; null deletes.
     */
    JSON("json"),
    /**
     * Little-endian 32-bit floats and nothing else, the payload in a header, see {@link
     * RawFloatRecordDecoder}; null deletes.
     */
    F32("f32"),
    /** CloudEvents, binary or structured, see {@link CloudEventsDecoder}; null deletes. */
    CLOUDEVENTS("cloudevents"),
    /** Avro behind the id of its schema in a registry; null deletes. */
    AVRO("avro"),
    /** JSON behind the id of its schema in a registry; null deletes. */
    JSON_SCHEMA("json-schema"),
    /** Protobuf behind the id of its schema in a registry; null deletes. */
    PROTOBUF("protobuf");

    private final String id;

    RecordFormat(String id) {
        this.id = id;
    }

    /** Whether values say by an id in which schema they are written. */
    public boolean hasSchemas() {
        return this == AVRO || this == JSON_SCHEMA || this == PROTOBUF;
    }

    /** The name of this format in definitions and requests. */
    public String id() {
        return id;
    }

    /** The format with a name. */
    public static Optional<RecordFormat> of(String id) {
        return Arrays.stream(values()).filter(format -> format.id.equals(id)).findFirst();
    }
}
