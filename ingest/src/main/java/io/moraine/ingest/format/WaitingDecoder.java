package io.moraine.ingest.format;

import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.model.OperationEncoder;
import java.util.Optional;

/**
 * Stands in where a node lacks what a collection's records are read with, while other nodes have
 * it: its records wait, and say why.
 */
final class WaitingDecoder implements RecordDecoder {

    private final String reason;

    WaitingDecoder(String reason) {
        this.reason = reason;
    }

    @Override
    public Optional<Rejection> decode(SourceRecord record, OperationEncoder operation) {
        throw new SchemasUnavailableException(reason, null);
    }

    @Override
    public boolean hide(SourceRecord record, OperationEncoder operation) {
        throw new SchemasUnavailableException(reason, null);
    }
}
