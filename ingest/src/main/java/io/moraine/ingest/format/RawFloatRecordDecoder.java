package io.moraine.ingest.format;

import io.moraine.ingest.definition.OperationRule;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.VectorSchema;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.apache.kafka.common.header.Header;

/**
 * Reads values that are nothing but little-endian 32-bit floats, as many as the collection's single
 * vector has components. The record's key is the point's id, a null value deletes the point, and
 * the payload, a JSON object in UTF-8, stands in the header {@value #PAYLOAD_HEADER}, the last one
 * when there are several. Whether the floats are finite is for the shard to say, which looks at
 * every vector.
 */
public final class RawFloatRecordDecoder implements RecordDecoder {

    static final String PAYLOAD_HEADER = "payload";

    private final VectorSchema vector;
    private final RecordHead head;
    private final JsonCursor cursor = new JsonCursor();

    /**
     * Reads records of a collection.
     *
     * @throws IllegalArgumentException if its points have more than one vector
     */
    RawFloatRecordDecoder(CollectionSchema schema) {
        this(schema, SourceOptions.of(RecordFormat.F32));
    }

    /**
     * Reads records of a collection.
     *
     * @throws IllegalArgumentException if its points have more than one vector
     */
    RawFloatRecordDecoder(CollectionSchema schema, SourceOptions options) {
        if (schema.vectors().size() != 1) {
            throw new IllegalArgumentException(
                    "format '%s' holds one vector per record, the collection has %d"
                            .formatted(RecordFormat.F32.id(), schema.vectors().size()));
        }
        vector = schema.vector(0);
        head = new RecordHead(options);
    }

    @Override
    public boolean hide(SourceRecord record, OperationEncoder operation) {
        return head.hide(record, RecordHead.NO_FIELDS, operation);
    }

    @Override
    public Optional<Rejection> decode(SourceRecord record, OperationEncoder operation) {
        try {
            OperationKind kind = head.kind(record, RecordHead.NO_FIELDS);
            head.begin(record, kind, RecordHead.NO_FIELDS, operation);
            if (kind.takesVectors()) {
                decodeVector(record, kind, operation);
            }
            switch (kind) {
                case UPSERT -> {
                    boolean _ = decodePayload(record, operation);
                }
                case SET_PAYLOAD, OVERWRITE_PAYLOAD -> {
                    if (!decodePayload(record, operation)) {
                        throw new DecodeFault(
                                RejectionReason.PAYLOAD_MALFORMED,
                                "no payload in header '%s'".formatted(PAYLOAD_HEADER));
                    }
                }
                case DELETE_PAYLOAD, DELETE_VECTORS ->
                        throw new DecodeFault(
                                RejectionReason.OPERATION_UNKNOWN,
                                "format '%s' cannot express '%s'; mark the record with header '%s: json'"
                                        .formatted(
                                                RecordFormat.F32.id(),
                                                OperationRule.word(kind),
                                                FormatDecoder.HEADER));
                case UPDATE_VECTORS, DELETE, CLEAR_PAYLOAD -> {
                    // All is said.
                }
            }
            return Optional.empty();
        } catch (DecodeFault fault) {
            return Optional.of(fault.toRejection());
        }
    }

    private void decodeVector(SourceRecord record, OperationKind kind, OperationEncoder operation)
            throws DecodeFault {
        byte[] value = record.array();
        if (value == null) {
            throw new DecodeFault(
                    RejectionReason.VECTOR_MISSING,
                    "operation '%s' needs a vector".formatted(OperationRule.word(kind)));
        }
        int length = record.length();
        if (length != vector.byteSize()) {
            throw VectorText.wrongDimension(
                    vector, length % 4 == 0 ? Integer.toString(length / 4) : length + " bytes");
        }
        MemorySegment.copy(
                value, record.start(), operation.vector(0), ValueLayout.JAVA_BYTE, 0, length);
    }

    /** Reads the payload; false when there is none. */
    private boolean decodePayload(SourceRecord record, OperationEncoder operation)
            throws DecodeFault {
        Header header = record.headers().lastHeader(PAYLOAD_HEADER);
        byte[] payload = header == null ? null : header.value();
        if (payload == null || payload.length == 0) {
            return false;
        }
        cursor.start(payload);
        int start = cursor.position();
        if (cursor.peek() != '{') {
            throw new DecodeFault(
                    RejectionReason.PAYLOAD_MALFORMED, "the header's payload is no JSON object");
        }
        cursor.skipValue();
        int end = cursor.position();
        cursor.expectEnd();
        operation.payload(payload, start, end - start);
        return true;
    }
}
