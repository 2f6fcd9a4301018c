package io.moraine.ingest.format;

import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.storage.model.CollectionSchema;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Makes the decoders of collections, and holds what those with schemas share: one client of one
 * registry. Safe for use by several threads.
 */
public final class RecordDecoders implements AutoCloseable {

    private final @Nullable SchemaFormats schemas;

    private RecordDecoders(@Nullable SchemaFormats schemas) {
        this.schemas = schemas;
    }

    /**
     * Decoders with a registry behind them.
     *
     * @param registry properties of the registry's client; empty for no registry
     * @throws IllegalArgumentException if a property is wrong, or there is nobody to read schemas
     */
    public static RecordDecoders of(Map<String, String> registry) {
        if (registry.isEmpty()) {
            return withoutSchemas();
        }
        SchemaFormatsProvider provider =
                ServiceLoader.load(SchemaFormatsProvider.class)
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "'schema-registry.url' is set, but nothing on the class"
                                                + " path reads schemas; add moraine-schemas"));
        return new RecordDecoders(provider.open(registry));
    }

    /** Decoders of formats that need no schema. */
    public static RecordDecoders withoutSchemas() {
        return new RecordDecoders(null);
    }

    /**
     * A reader of the records of a collection, for one thread.
     *
     * @throws IllegalArgumentException if the format cannot hold the collection's vectors, or needs
     *     schemas and there is no registry
     */
    public RecordDecoder decoder(CollectionSchema schema, SourceOptions options) {
        return new FormatDecoder(schema, options, this);
    }

    /**
     * The same for a collection that exists: where this node has no registry and the format needs
     * one, records wait.
     */
    public RecordDecoder decoderOrWaiting(CollectionSchema schema, SourceOptions options) {
        return schemas == null && options.format().hasSchemas()
                ? new WaitingDecoder(noRegistry(options.format()))
                : decoder(schema, options);
    }

    private static String noRegistry(RecordFormat format) {
        return "format '%s' needs a schema registry; set 'schema-registry.url'"
                .formatted(format.id());
    }

    /** A translator of a format with schemas. */
    ValueTranslator translator(SourceOptions options) {
        RecordFormat format = options.format();
        if (schemas == null) {
            throw new IllegalArgumentException(noRegistry(format));
        }
        return schemas.translator(
                format,
                options.fields().vectors().isEmpty()
                        ? List.of(options.fields().vector())
                        : options.fields().vectors().values());
    }

    @Override
    public void close() {
        if (schemas != null) {
            schemas.close();
        }
    }
}
