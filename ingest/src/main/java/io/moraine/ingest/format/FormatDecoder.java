package io.moraine.ingest.format;

import io.moraine.ingest.definition.OperationRule;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.OperationEncoder;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a collection, whoever wrote them: those of its producers in the format its
 * definition names, and those that are marked as ours, which HTTP writes are where that format
 * cannot hold them. Most records have no headers, and go straight to the format's own decoder.
 */
final class FormatDecoder implements RecordDecoder {

    /** Marks a record as JSON in our usual form, whatever the collection's format. */
    static final String HEADER = "moraine-format";

    private final RecordDecoder format;
    private final MappedJsonDecoder usual;
    private final @Nullable MappedJsonDecoder changes;

    /**
     * Reads records.
     *
     * @throws IllegalArgumentException if the format cannot hold the collection's vectors
     */
    FormatDecoder(CollectionSchema schema, SourceOptions options, RecordDecoders decoders) {
        usual = new MappedJsonDecoder(schema, options.usualJson(), "");
        boolean mapped = options.readsFields() || !options.hasUsualFields();
        format =
                switch (options.format()) {
                    case JSON ->
                            mapped
                                    ? new MappedJsonDecoder(schema, options, "")
                                    : new JsonRecordDecoder(schema, options);
                    case F32 -> {
                        refuseFields(options);
                        yield new RawFloatRecordDecoder(schema, options);
                    }
                    case CLOUDEVENTS -> new CloudEventsDecoder(schema, options);
                    case AVRO, JSON_SCHEMA, PROTOBUF ->
                            new TranslatingDecoder(
                                    decoders.translator(options),
                                    new MappedJsonDecoder(schema, options, ""));
                };
        changes =
                options.format() == RecordFormat.JSON && !mapped
                        ? new MappedJsonDecoder(schema, options, "")
                        : null;
    }

    private static void refuseFields(SourceOptions options) {
        if (options.readsFields() || !options.hasUsualFields()) {
            throw new IllegalArgumentException(
                    "format 'f32' has no fields; id, version and operation can come from the key,"
                            + " headers or the timestamp");
        }
    }

    @Override
    public Optional<Rejection> decode(SourceRecord record, OperationEncoder operation) {
        return decoderOf(record).decode(record, operation);
    }

    @Override
    public boolean hide(SourceRecord record, OperationEncoder operation) {
        return decoderOf(record).hide(record, operation);
    }

    private RecordDecoder decoderOf(SourceRecord record) {
        boolean change = false;
        for (Header header : record.headers()) {
            if (header.key().equals(HEADER)) {
                return usual;
            }
            change |= header.key().equals(OperationRule.HEADER);
        }
        return change && changes != null ? changes : format;
    }
}
