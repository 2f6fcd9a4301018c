package io.moraine.ingest.format;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.OperationView;
import io.moraine.storage.model.PointId;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** What became of a record, in a form that tests can look at and compare. */
record Decoded(
        Optional<Rejection> rejection,
        OperationKind kind,
        @Nullable PointId id,
        Map<String, String> vectors,
        String payload) {

    static final long TIMESTAMP_MS = 1_234_567;

    static Decoded json(CollectionSchema schema, @Nullable String key, @Nullable String value) {
        return of(
                new JsonRecordDecoder(schema),
                schema,
                record(key, value == null ? null : value.getBytes(StandardCharsets.UTF_8)));
    }

    static SourceRecord record(@Nullable String key, byte @Nullable [] value) {
        return record(key, value, new RecordHeaders());
    }

    static SourceRecord record(@Nullable String key, byte @Nullable [] value, Headers headers) {
        byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
        return SourceRecord.viewing(
                new ConsumerRecord<>(
                        "topic",
                        3,
                        17,
                        TIMESTAMP_MS,
                        TimestampType.CREATE_TIME,
                        0,
                        0,
                        keyBytes,
                        value == null ? null : fetched(value),
                        headers,
                        Optional.empty()));
    }

    /** A value as a consumer sees it: amid what else was fetched. */
    private static ByteBuffer fetched(byte[] value) {
        byte[] fetched = new byte[value.length + 12];
        Arrays.fill(fetched, (byte) '}');
        System.arraycopy(value, 0, fetched, 5, value.length);
        return ByteBuffer.wrap(fetched, 5, value.length).slice();
    }

    static Decoded of(RecordDecoder decoder, CollectionSchema schema, SourceRecord record) {
        try (OperationEncoder encoder = new OperationEncoder(schema)) {
            Optional<Rejection> rejection = decoder.decode(record, encoder);
            if (rejection.isPresent()) {
                return new Decoded(rejection, OperationKind.UPSERT, null, Map.of(), "");
            }
            OperationView view = encoder.finish();
            view.checkStructure(schema);
            assertTrue(view.timestampMs() == TIMESTAMP_MS, "keeps the record's timestamp");
            Map<String, String> vectors = new TreeMap<>();
            for (int slot = 0; slot < schema.vectors().size(); slot++) {
                long at = view.vectorPosition(slot);
                if (at >= 0) {
                    long bytes = schema.vector(slot).byteSize();
                    float[] components = view.memory().asSlice(at, bytes).toArray(VectorText.F32);
                    vectors.put(schema.vector(slot).name(), Arrays.toString(components));
                }
            }
            byte[] payload =
                    view.memory()
                            .asSlice(view.payloadPosition(), view.payloadLength())
                            .toArray(ValueLayout.JAVA_BYTE);
            return new Decoded(
                    rejection,
                    view.kind(),
                    view.id(),
                    vectors,
                    new String(payload, StandardCharsets.UTF_8));
        }
    }

    RejectionReason reason() {
        return rejection.orElseThrow(() -> new AssertionError("not rejected: " + this)).reason();
    }
}
