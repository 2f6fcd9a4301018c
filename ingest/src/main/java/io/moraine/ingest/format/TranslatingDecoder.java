package io.moraine.ingest.format;

import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.model.OperationEncoder;
import java.util.Optional;

/** Reads values that become JSON first. An empty value, as a null one, has nothing to translate. */
final class TranslatingDecoder implements RecordDecoder {

    private final ValueTranslator translator;
    private final RecordDecoder json;

    TranslatingDecoder(ValueTranslator translator, RecordDecoder json) {
        this.translator = translator;
        this.json = json;
    }

    @Override
    public Optional<Rejection> decode(SourceRecord record, OperationEncoder operation) {
        try {
            return json.decode(translated(record), operation);
        } catch (DecodeFault fault) {
            return Optional.of(fault.toRejection());
        }
    }

    @Override
    public boolean hide(SourceRecord record, OperationEncoder operation) {
        try {
            return json.hide(translated(record), operation);
        } catch (DecodeFault unreadable) {
            // The key may still tell the point, if that is where the id stands.
            return json.hide(record.withValue(null), operation);
        }
    }

    private SourceRecord translated(SourceRecord record) throws DecodeFault {
        byte[] value = record.value();
        return value == null || value.length == 0
                ? record
                : record.withValue(translator.toJson(value));
    }
}
