package io.moraine.schemas;

import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.format.SchemaFormats;
import io.moraine.ingest.format.ValueTranslator;
import java.util.Collection;
import org.apache.avro.Schema;

/** The formats whose schemas are in one registry, and what was read from it. */
final class RegistryFormats implements SchemaFormats {

    private final RegistryClient registry;
    private final SchemaCache<Schema> avro;
    private final SchemaCache<ProtobufSchema> protobuf;
    private final SchemaCache<String> json;

    RegistryFormats(RegistrySettings settings) {
        registry = new RegistryClient(settings);
        int capacity = settings.capacity();
        avro = new SchemaCache<>(registry, "AVRO", AvroTranslator::parse, capacity);
        protobuf = new SchemaCache<>(registry, "PROTOBUF", ProtobufSchema::parse, capacity);
        json = new SchemaCache<>(registry, "JSON", RegisteredSchema::type, capacity);
    }

    @Override
    public ValueTranslator translator(RecordFormat format, Collection<String> vectorPaths) {
        return switch (format) {
            case AVRO -> new AvroTranslator(avro, vectorPaths);
            case PROTOBUF -> new ProtobufTranslator(protobuf, vectorPaths);
            case JSON_SCHEMA -> new JsonSchemaTranslator(json);
            case JSON, F32, CLOUDEVENTS ->
                    throw new IllegalArgumentException(
                            "format '%s' has no schemas".formatted(format.id()));
        };
    }

    @Override
    public void close() {
        registry.close();
    }
}
