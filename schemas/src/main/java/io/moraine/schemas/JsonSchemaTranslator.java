package io.moraine.schemas;

import io.moraine.ingest.format.ValueTranslator;
import io.moraine.ingest.record.DecodeFault;
import java.util.Arrays;

/**
 * Takes the schema's id off JSON values. That the registry knows it, as one of JSON Schema, is
 * looked at; whether a value keeps to its schema was for its producer to see.
 */
final class JsonSchemaTranslator implements ValueTranslator {

    private final SchemaCache<String> schemas;

    JsonSchemaTranslator(SchemaCache<String> schemas) {
        this.schemas = schemas;
    }

    @Override
    public byte[] toJson(byte[] value) throws DecodeFault {
        var _ = schemas.get(WireFormat.schemaId(value));
        return Arrays.copyOfRange(value, WireFormat.VALUE_AT, value.length);
    }
}
