package io.moraine.ingest.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moraine.ingest.record.RejectionReason;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.VectorSchema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class RawFloatRecordDecoderTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(2, Distance.DOT);

    @Test
    void readsFloatsAndTheLastPayloadHeader() {
        Headers headers = new RecordHeaders();
        headers.add("payload", utf8("{\"old\":1}"));
        headers.add("payload", utf8(" {\"new\" :1}\n"));
        headers.add("traceparent", utf8("00-"));
        Decoded decoded = decode(bytes(0.5f, -3), headers);
        assertEquals(Map.of("", "[0.5, -3.0]"), decoded.vectors());
        assertEquals("{\"new\" :1}", decoded.payload());
    }

    @Test
    void payloadMayBeAbsentAndNullValueDeletes() {
        assertEquals("", decode(bytes(1, 2), new RecordHeaders()).payload());
        Decoded deleted =
                Decoded.of(new RawFloatRecordDecoder(SCHEMA), SCHEMA, Decoded.record("k", null));
        assertEquals(OperationKind.DELETE, deleted.kind());
    }

    @Test
    void rejectsWhatDoesNotFit() {
        assertEquals(
                RejectionReason.VECTOR_DIMENSION,
                decode(bytes(1, 2, 3), new RecordHeaders()).reason());
        assertEquals(
                RejectionReason.VECTOR_DIMENSION,
                decode(new byte[7], new RecordHeaders()).reason());
        assertEquals(
                RejectionReason.PAYLOAD_MALFORMED,
                decode(bytes(1, 2), new RecordHeaders().add("payload", utf8("[]"))).reason());
        assertEquals(
                RejectionReason.VALUE_MALFORMED,
                decode(bytes(1, 2), new RecordHeaders().add("payload", utf8("{\"a\":}"))).reason());
        assertEquals(
                RejectionReason.VALUE_MALFORMED,
                decode(bytes(1, 2), new RecordHeaders().add("payload", utf8("{} {}"))).reason());
    }

    @Test
    void holdsOneVectorOnly() {
        CollectionSchema two =
                new CollectionSchema(
                        List.of(
                                new VectorSchema("a", 2, Distance.DOT),
                                new VectorSchema("b", 2, Distance.DOT)));
        assertThrows(IllegalArgumentException.class, () -> new RawFloatRecordDecoder(two));
    }

    private static Decoded decode(byte[] value, Headers headers) {
        return Decoded.of(
                new RawFloatRecordDecoder(SCHEMA), SCHEMA, Decoded.record("k", value, headers));
    }

    private static byte[] bytes(float... components) {
        ByteBuffer bytes =
                ByteBuffer.allocate(4 * components.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(components);
        return bytes.array();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
