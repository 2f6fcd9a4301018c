package io.moraine.ingest.format;

import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.OperationRule;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.PointChange;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.VectorSchema;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Writes changes as records that this collection's decoder reads back: whole points in format
 * {@link RecordFormat#F32} as floats, everything else as JSON in our usual form, with vectors as
 * base64, shorter and quicker to read than numbers. Where the collection's producers write
 * otherwise, our records are marked (see {@link FormatDecoder}). Safe for use by several threads.
 */
public final class RecordEncoder {

    private static final byte[] FIELD_VECTOR = ascii("{\"vector\":");
    private static final byte[] FIELD_PAYLOAD = ascii(",\"payload\":");

    private final String topic;
    private final SourceOptions options;
    private final CollectionSchema schema;

    public RecordEncoder(CollectionDefinition definition) {
        topic = definition.source().topic();
        options = definition.source().options();
        schema = definition.schema();
    }

    /** The key of a point's records. */
    public byte[] key(PointId id) {
        return options.keyForm().ofId(id);
    }

    /**
     * The record for a change.
     *
     * @param partition where it goes
     * @throws IllegalArgumentException if it does not fit the collection's schema
     */
    public ProducerRecord<byte[], byte[]> encode(PointChange change, int partition) {
        byte[] key = key(change.id());
        List<Header> headers = new ArrayList<>();
        byte[] value =
                switch (change) {
                    case PointChange.Delete _ -> null;
                    case PointChange.Upsert upsert -> {
                        checkVectors(upsert.vectors());
                        if (upsert.vectors().isEmpty() && schema.slot("").isPresent()) {
                            throw new IllegalArgumentException("the point has no vector");
                        }
                        if (options.isUsual() && options.format() == RecordFormat.F32) {
                            payloadHeader(upsert, headers);
                            yield raw(upsert);
                        }
                        mark(headers);
                        yield json(upsert);
                    }
                    case PointChange.Partial partial -> {
                        checkVectors(partial.vectors());
                        mark(headers);
                        headers.add(
                                new RecordHeader(
                                        OperationRule.HEADER,
                                        ascii(OperationRule.word(partial.kind()))));
                        yield json(partial);
                    }
                };
        return new ProducerRecord<>(topic, partition, key, value, headers);
    }

    /** Says that a value is JSON in our usual form, where the collection's own is another. */
    private void mark(List<Header> headers) {
        if (!options.isUsual() || options.format() != RecordFormat.JSON) {
            headers.add(new RecordHeader(FormatDecoder.HEADER, ascii(RecordFormat.JSON.id())));
        }
    }

    private byte[] json(PointChange.Partial partial) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(256 + partial.payload().length());
        switch (partial.kind()) {
            case UPSERT, DELETE -> throw new IllegalStateException("no change of a part");
            case UPDATE_VECTORS -> {
                json.writeBytes(FIELD_VECTOR);
                writeVectors(partial.vectors(), json);
            }
            case SET_PAYLOAD, OVERWRITE_PAYLOAD -> {
                json.writeBytes(ascii("{\"payload\":"));
                json.writeBytes(partial.payload().getBytes(StandardCharsets.UTF_8));
                if (!partial.names().isEmpty()) {
                    json.writeBytes(ascii(",\"key\":"));
                    json.writeBytes(quoted(partial.names().getFirst()));
                }
            }
            case DELETE_PAYLOAD -> writeNames("keys", partial.names(), json);
            case DELETE_VECTORS -> writeNames("vectors", partial.names(), json);
            case CLEAR_PAYLOAD -> json.write('{');
        }
        json.write('}');
        return json.toByteArray();
    }

    private static void writeNames(String field, List<String> names, ByteArrayOutputStream json) {
        json.writeBytes(ascii("{\"" + field + "\":"));
        char separator = '[';
        for (String name : names) {
            json.write(separator);
            json.writeBytes(quoted(name));
            separator = ',';
        }
        if (names.isEmpty()) {
            json.write('[');
        }
        json.write(']');
    }

    private void checkVectors(Map<String, float[]> vectors) {
        vectors.forEach((name, components) -> {
            int slot =
                    schema.slot(name)
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "the collection has no vector '%s'".formatted(name)));
            int size = schema.vector(slot).size();
            if (components.length != size) {
                throw new IllegalArgumentException(
                        "wrong vector dimension: expected %d, got %d"
                                .formatted(size, components.length));
            }
        });
    }

    private byte[] json(PointChange.Upsert upsert) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(256 + upsert.payload().length);
        json.writeBytes(FIELD_VECTOR);
        writeVectors(upsert.vectors(), json);
        if (upsert.payload().length > 0) {
            json.writeBytes(FIELD_PAYLOAD);
            json.writeBytes(upsert.payload());
        }
        json.write('}');
        return json.toByteArray();
    }

    private void writeVectors(Map<String, float[]> vectors, ByteArrayOutputStream json) {
        float[] unnamed = vectors.get("");
        if (unnamed != null && vectors.size() == 1) {
            writeBase64(unnamed, json);
        } else {
            char separator = '{';
            for (VectorSchema vector : schema.vectors()) {
                float[] components = vectors.get(vector.name());
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
    }

    private byte[] raw(PointChange.Upsert upsert) {
        float[] components = upsert.vectors().get(schema.vector(0).name());
        if (components == null) {
            throw new IllegalArgumentException("the point has no vector");
        }
        return littleEndian(components);
    }

    private static void payloadHeader(PointChange.Upsert upsert, List<Header> headers) {
        if (upsert.payload().length > 0) {
            headers.add(new RecordHeader(RawFloatRecordDecoder.PAYLOAD_HEADER, upsert.payload()));
        }
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

    static byte[] quoted(String name) {
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
