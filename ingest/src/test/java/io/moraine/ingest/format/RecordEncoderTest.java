package io.moraine.ingest.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.definition.SourceDefinition;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PointChange;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.VectorSchema;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class RecordEncoderTest {

    private static final CollectionSchema SINGLE = CollectionSchema.single(3, Distance.COSINE);
    private static final CollectionSchema NAMED =
            new CollectionSchema(
                    List.of(
                            new VectorSchema("t\"i\\t\nle", 2, Distance.DOT),
                            new VectorSchema("body", 3, Distance.DOT)));

    @Test
    void whatItWritesTheDecoderReads() {
        String payload = "{\"a\" : [1, \"ä\"]}";
        for (RecordFormat format : RecordFormat.values()) {
            if (format.hasSchemas()) {
                // Their decoder needs a registry; ours among such records are marked as JSON.
                continue;
            }
            Decoded decoded =
                    roundTrip(
                            SINGLE,
                            format,
                            upsert(Map.of("", new float[] {1, -2.5f, 3e-8f}), payload));
            assertEquals(Map.of("", "[1.0, -2.5, 3.0E-8]"), decoded.vectors());
            assertEquals(payload, decoded.payload());
            assertEquals(PointId.of("p"), decoded.id());

            Decoded bare = roundTrip(SINGLE, format, upsert(Map.of("", new float[] {0, 0, 1}), ""));
            assertEquals("", bare.payload());

            Decoded deleted = roundTrip(SINGLE, format, new PointChange.Delete(PointId.of("p")));
            assertEquals(OperationKind.DELETE, deleted.kind());
        }
    }

    @Test
    void writesNamedVectorsWhateverTheirNames() {
        Map<String, float[]> both =
                Map.of("t\"i\\t\nle", new float[] {1, 2}, "body", new float[] {3, 4, 5});
        assertEquals(
                Map.of("t\"i\\t\nle", "[1.0, 2.0]", "body", "[3.0, 4.0, 5.0]"),
                roundTrip(NAMED, RecordFormat.JSON, upsert(both, "{}")).vectors());
        assertEquals(
                Map.of("body", "[3.0, 4.0, 5.0]"),
                roundTrip(
                                NAMED,
                                RecordFormat.JSON,
                                upsert(Map.of("body", new float[] {3, 4, 5}), ""))
                        .vectors());
        assertEquals(Map.of(), roundTrip(NAMED, RecordFormat.JSON, upsert(Map.of(), "")).vectors());
    }

    @Test
    void refusesWhatTheDecoderWouldReject() {
        RecordEncoder single = new RecordEncoder(definition(SINGLE, RecordFormat.JSON));
        for (Map<String, float[]> vectors :
                List.of(
                        Map.of("", new float[2]),
                        Map.of("other", new float[3]),
                        Map.<String, float[]>of())) {
            assertThrows(
                    IllegalArgumentException.class, () -> single.encode(upsert(vectors, ""), 0));
        }
    }

    private static PointChange.Upsert upsert(Map<String, float[]> vectors, String payload) {
        return new PointChange.Upsert(
                PointId.of("p"), vectors, payload.getBytes(StandardCharsets.UTF_8));
    }

    private static Decoded roundTrip(
            CollectionSchema schema, RecordFormat format, PointChange change) {
        ProducerRecord<byte[], byte[]> record =
                new RecordEncoder(definition(schema, format)).encode(change, 0);
        assertEquals("topic", record.topic());
        return Decoded.of(
                RecordDecoder.of(schema, SourceOptions.of(format)),
                schema,
                Decoded.record(
                        new String(record.key(), StandardCharsets.UTF_8),
                        record.value(),
                        record.headers()));
    }

    private static CollectionDefinition definition(CollectionSchema schema, RecordFormat format) {
        return new CollectionDefinition(
                "c",
                UUID.randomUUID(),
                schema,
                new SourceDefinition("topic", UUID.randomUUID(), "cluster", 1, format),
                Instant.EPOCH);
    }
}
