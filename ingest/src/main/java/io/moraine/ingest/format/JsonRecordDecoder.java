package io.moraine.ingest.format;

import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.InvalidOperationException;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads JSON values; the record's key is the point's id, a null value deletes the point.
 *
 * <pre>
 * {"vector": V, "payload": {…}}
 * </pre>
 *
 * <p>{@code V} is an array of numbers, or a string of base64 over little-endian 32-bit floats, or,
 * for named vectors, an object from name to either; named vectors may be left out or null.
 * Components are rounded to the nearest float and must be finite. The payload is a JSON object,
 * kept byte for byte as it stands; null or absent means none. Other fields are ignored, so that
 * producers may add their own, but everything must be strict JSON in UTF-8: no key twice in an
 * object, nothing after the end, at most {@value JsonCursor#DEPTH_MAX} levels.
 */
public final class JsonRecordDecoder implements RecordDecoder {

    private static final int ABSENT = -1;

    private final CollectionSchema schema;
    private final RecordHead head;
    private final JsonCursor cursor = new JsonCursor();
    private final VectorText[] vectors;
    private final VectorPlaces places;

    JsonRecordDecoder(CollectionSchema schema) {
        this(schema, SourceOptions.DEFAULT);
    }

    /** Reads records whose ids and versions do not stand in the value. */
    JsonRecordDecoder(CollectionSchema schema, SourceOptions options) {
        this.schema = schema;
        head = new RecordHead(options);
        int slots = schema.vectors().size();
        vectors = new VectorText[slots];
        Arrays.setAll(vectors, slot -> new VectorText());
        places = new VectorPlaces(schema);
    }

    @Override
    public boolean hide(SourceRecord record, OperationEncoder operation) {
        return head.hide(record, RecordHead.NO_FIELDS, operation);
    }

    @Override
    public Optional<Rejection> decode(SourceRecord record, OperationEncoder operation) {
        byte[] value = record.value();
        OperationKind kind = value == null ? OperationKind.DELETE : OperationKind.UPSERT;
        try {
            head.begin(record, kind, RecordHead.NO_FIELDS, operation);
            if (value != null) {
                decodeValue(value, operation);
            }
            return Optional.empty();
        } catch (DecodeFault fault) {
            return Optional.of(fault.toRejection());
        }
    }

    /**
     * Finds out where everything stands, then writes it in the order of the encoder: vectors by
     * slot, then the payload. A single vector is written when it is met.
     */
    private void decodeValue(byte[] value, OperationEncoder operation) throws DecodeFault {
        int payloadStart = ABSENT;
        int payloadEnd = ABSENT;
        boolean hasVector = false;
        cursor.start(value);
        cursor.enterObject();
        for (boolean first = true; cursor.nextKey(first); first = false) {
            if (cursor.keyIs("vector")) {
                hasVector = true;
                readVectors(operation);
            } else if (cursor.keyIs("payload")) {
                if (cursor.peek() != 'n') {
                    payloadStart = cursor.position();
                }
                skipPayload();
                payloadEnd = cursor.position();
            } else {
                cursor.skipValue();
            }
        }
        cursor.expectEnd();
        if (!hasVector) {
            throw new DecodeFault(RejectionReason.VECTOR_MISSING, "no field \"vector\"");
        }
        if (payloadStart != ABSENT) {
            operation.payload(value, payloadStart, payloadEnd - payloadStart);
        }
    }

    private void skipPayload() throws DecodeFault {
        byte c = cursor.peek();
        if (c != '{' && c != 'n') {
            throw new DecodeFault(
                    RejectionReason.PAYLOAD_MALFORMED,
                    "payload is not a JSON object, at byte " + cursor.position());
        }
        cursor.skipValue();
    }

    private void readVectors(OperationEncoder operation) throws DecodeFault {
        if (cursor.peek() != '{') {
            readVector(places.slotOf(""), operation);
            return;
        }
        places.clear();
        places.readObject(cursor);
        int end = cursor.position();
        for (int slot = 0; slot < places.slots(); slot++) {
            if (places.at(slot) != VectorPlaces.ABSENT) {
                cursor.moveTo(places.at(slot));
                readVector(slot, operation);
            }
        }
        cursor.moveTo(end);
    }

    private void readVector(int slot, OperationEncoder operation) throws DecodeFault {
        try {
            vectors[slot].read(cursor, schema.vector(slot), operation.vector(slot));
        } catch (InvalidOperationException tooLarge) {
            throw new DecodeFault(
                    RejectionReason.OPERATION_INVALID, String.valueOf(tooLarge.getMessage()));
        }
    }
}
