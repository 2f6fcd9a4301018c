package io.moraine.ingest.format;

import io.moraine.ingest.definition.OperationRule;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.definition.ValueOrigin;
import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.OperationEncoder;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads CloudEvents 1.0 in both modes of its Kafka binding (version 1.0.2 of the specification,
 * section 3). Binary: attributes in headers {@code ce_…}, the value is the data. Structured, told
 * by the header {@code content-type: application/cloudevents+json}: the value is a JSON object with
 * the attributes, and the data in {@code data} or {@code data_base64}.
 *
 * <p>Data in JSON is read as {@link MappedJsonDecoder} reads values; paths begin inside the data.
 * Data of type {@code application/octet-stream} are little-endian floats without a payload. Where
 * the collection's definition names a header {@code ce_x}, an event in structured mode gives its
 * attribute {@code x}. A null value deletes.
 */
public final class CloudEventsDecoder implements RecordDecoder {

    private static final String ATTRIBUTE_PREFIX = "ce_";
    private static final String STRUCTURED = "application/cloudevents";
    private static final String BYTES = "application/octet-stream";

    private final RecordDecoder data;
    private final @Nullable RawFloatRecordDecoder bytes;
    private final MappedJsonDecoder structured;
    private final JsonFields envelope = new JsonFields();
    private final JsonCursor cursor = new JsonCursor();

    CloudEventsDecoder(CollectionSchema schema, SourceOptions options) {
        data = new MappedJsonDecoder(schema, options.withFieldsUnder(""), "");
        bytes = schema.vectors().size() == 1 ? new RawFloatRecordDecoder(schema, options) : null;
        structured = new MappedJsonDecoder(schema, attributesAsFields(options), "data.");
        for (String field : new String[] {"specversion", "datacontenttype", "data_base64"}) {
            envelope.add(field);
        }
    }

    private static SourceOptions attributesAsFields(SourceOptions options) {
        SourceOptions inside = options.withFieldsUnder("data.");
        return inside.withOrigins(
                attribute(inside.id()),
                attribute(inside.version()),
                attribute(inside.versionScope()),
                new OperationRule(
                        attribute(inside.operation().origin()), inside.operation().values()));
    }

    private static ValueOrigin attribute(ValueOrigin origin) {
        return origin.place() == ValueOrigin.Place.HEADER
                        && origin.name().startsWith(ATTRIBUTE_PREFIX)
                ? new ValueOrigin(
                        ValueOrigin.Place.FIELD, origin.name().substring(ATTRIBUTE_PREFIX.length()))
                : origin;
    }

    @Override
    public Optional<Rejection> decode(SourceRecord record, OperationEncoder operation) {
        byte[] value = record.value();
        if (value == null) {
            return data.decode(record, operation);
        }
        try {
            String type = contentType(record);
            if (type.startsWith(STRUCTURED)) {
                return structured(record, value, type, operation);
            }
            if (SourceRecord.headerText(record.headers(), "ce_specversion").isEmpty()) {
                throw new DecodeFault(
                        RejectionReason.VALUE_MALFORMED,
                        "no CloudEvent: neither header 'ce_specversion' nor content-type"
                                + " 'application/cloudevents+json'");
            }
            return type.startsWith(BYTES)
                    ? floats(record, operation)
                    : data.decode(record, operation);
        } catch (DecodeFault fault) {
            return Optional.of(fault.toRejection());
        }
    }

    @Override
    public boolean hide(SourceRecord record, OperationEncoder operation) {
        byte[] value = record.value();
        return (value != null && contentType(record).startsWith(STRUCTURED))
                ? structured.hide(record, operation)
                : data.hide(record, operation);
    }

    private Optional<Rejection> structured(
            SourceRecord record, byte[] value, String type, OperationEncoder operation)
            throws DecodeFault {
        if (!type.startsWith(STRUCTURED + "+json")) {
            throw new DecodeFault(
                    RejectionReason.VALUE_MALFORMED,
                    "of structured CloudEvents only 'application/cloudevents+json' can be read");
        }
        envelope.find(cursor, value);
        if (!envelope.has(envelope.slot("specversion"))) {
            throw new DecodeFault(
                    RejectionReason.VALUE_MALFORMED, "no CloudEvent: no field \"specversion\"");
        }
        int encoded = envelope.slot("data_base64");
        if (!envelope.has(encoded)) {
            return structured.decode(record, operation);
        }
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(envelope.text(encoded, cursor));
        } catch (IllegalArgumentException e) {
            throw new DecodeFault(
                    RejectionReason.VALUE_MALFORMED, "field \"data_base64\" is no base64");
        }
        return floats(record.withValue(decoded), operation);
    }

    private Optional<Rejection> floats(SourceRecord record, OperationEncoder operation)
            throws DecodeFault {
        if (bytes == null) {
            throw new DecodeFault(
                    RejectionReason.VECTOR_UNKNOWN,
                    "bytes hold one vector, the collection has several");
        }
        return bytes.decode(record, operation);
    }

    private static String contentType(SourceRecord record) {
        return SourceRecord.headerText(record.headers(), "content-type")
                .orElse("")
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
