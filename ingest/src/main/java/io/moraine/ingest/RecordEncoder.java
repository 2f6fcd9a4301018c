package io.moraine.ingest;

import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.VectorSchema;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Writes changes as records that this collection's decoder reads back: for {@link
 * RecordFormat#JSON} the vectors as base64, shorter and quicker to read than numbers. Safe for use
 * by several threads.
 */
final class RecordEncoder {

    private static final byte[] FIELD_VECTOR = ascii("{\"vector\":");
    private static final byte[] FIELD_PAYLOAD = ascii(",\"payload\":");

    private final String topic;
    private final RecordFormat format;
    private final CollectionSchema schema;

    RecordEncoder(CollectionDefinition definition) {
        topic = definition.source().topic();
        format = definition.source().format();
        schema = definition.schema();
    }

    /**
     * The record for a change.
     *
     * @throws IllegalArgumentException if it does not fit the collection's schema
     */
    ProducerRecord<byte[], byte[]> encode(PointChange change) {
        byte[] key = change.id().key();
        return switch (change) {
            case PointChange.Delete delete -> new ProducerRecord<>(topic, key, null);
            case PointChange.Upsert upsert -> {
                checkVectors(upsert);
                yield switch (format) {
                    case JSON -> new ProducerRecord<>(topic, key, json(upsert));
                    case F32 ->
                            new ProducerRecord<>(
                                    topic, null, key, raw(upsert), payloadHeader(upsert));
                };
            }
        };
    }

    private void checkVectors(PointChange.Upsert upsert) {
        upsert.vectors()
                .forEach((name, components) -> {
                    int slot =
                            schema.slot(name)
                                    .orElseThrow(() ->
                                            new IllegalArgumentException(
                                                    "the collection has no vector '%s'"
                                                            .formatted(name)));
                    int size = schema.vector(slot).size();
                    if (components.length != size) {
                        throw new IllegalArgumentException(
                                "wrong vector dimension: expected %d, got %d"
                                        .formatted(size, components.length));
                    }
                });
        if (upsert.vectors().isEmpty() && schema.slot("").isPresent()) {
            throw new IllegalArgumentException("the point has no vector");
        }
    }

    private byte[] json(PointChange.Upsert upsert) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(256 + upsert.payload().length);
        json.writeBytes(FIELD_VECTOR);
        float[] unnamed = upsert.vectors().get("");
        if (unnamed != null && upsert.vectors().size() == 1) {
            writeBase64(unnamed, json);
        } else {
            char separator = '{';
            for (VectorSchema vector : schema.vectors()) {
                float[] components = upsert.vectors().get(vector.name());
                if (components != null) {
                    json.write(separator);
                    json.writeBytes(quoted(vector.name()));
                    json.write(':');
                    writeBase64(components, json);
                    separator = ',';
                }
            }
            if (separator == '{') {
                json.write('{');
            }
            json.write('}');
        }
        if (upsert.payload().length > 0) {
            json.writeBytes(FIELD_PAYLOAD);
            json.writeBytes(upsert.payload());
        }
        json.write('}');
        return json.toByteArray();
    }

    private byte[] raw(PointChange.Upsert upsert) {
        float[] components = upsert.vectors().get(schema.vector(0).name());
        if (components == null) {
            throw new IllegalArgumentException("the point has no vector");
        }
        return littleEndian(components);
    }

    private static List<Header> payloadHeader(PointChange.Upsert upsert) {
        return upsert.payload().length == 0
                ? List.of()
                : List.of(new RecordHeader(RawFloatRecordDecoder.PAYLOAD_HEADER, upsert.payload()));
    }

    private static void writeBase64(float[] components, ByteArrayOutputStream json) {
        json.write('"');
        json.writeBytes(Base64.getEncoder().encode(littleEndian(components)));
        json.write('"');
    }

    private static byte[] littleEndian(float[] components) {
        ByteBuffer bytes =
                ByteBuffer.allocate(4 * components.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(components);
        return bytes.array();
    }

    private static byte[] quoted(String name) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
