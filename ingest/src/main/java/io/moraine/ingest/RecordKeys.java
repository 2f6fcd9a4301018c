package io.moraine.ingest;

import io.moraine.storage.model.InvalidOperationException;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;

/** Starts an operation on the point that a record's key names. */
final class RecordKeys {

    private RecordKeys() {}

    /** Writes the deletion of the point that a key names; false when it names none. */
    static boolean hide(SourceRecord record, OperationEncoder operation) {
        try {
            begin(record, OperationKind.DELETE, operation);
            return true;
        } catch (DecodeFault noPoint) {
            return false;
        }
    }

    static void begin(SourceRecord record, OperationKind kind, OperationEncoder operation)
            throws DecodeFault {
        byte[] key = record.key();
        if (key == null) {
            throw new DecodeFault(
                    RejectionReason.KEY_MISSING, "the record has no key, which names the point");
        }
        operation.begin(kind, record.timestampMs());
        try {
            operation.key(key);
        } catch (InvalidOperationException invalid) {
            throw new DecodeFault(
                    RejectionReason.KEY_INVALID, String.valueOf(invalid.getMessage()));
        }
    }
}
