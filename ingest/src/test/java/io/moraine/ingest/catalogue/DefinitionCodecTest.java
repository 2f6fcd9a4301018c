package io.moraine.ingest.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.definition.SourceDefinition;
import io.moraine.storage.CollectionStorage;
import io.moraine.storage.ShardOptions;
import io.moraine.storage.WalSync;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.PayloadCompression;
import io.moraine.storage.model.VectorSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DefinitionCodecTest {

    private static final String VERSION_1 =
            """
            {"version":1,"name":"wordnet","id":"6f1a2b3c-0000-4000-8000-000000000001",
             "created":"2026-01-02T03:04:05.678Z","owner":{"added":"later"},
             "vectors":[{"name":"","size":384,"distance":"cosine","quantized":true}],
             "source":{"topic":"words","topic_id":"6f1a2b3c-0000-4000-8000-000000000002",
                       "cluster_id":"MkU3OEVBNTcwNTJENDM2Qk","partitions":2,"format":"json"}}
            """;

    @Test
    void readsVersionOneAndSkipsWhatItDoesNotKnow() {
        CollectionDefinition definition = decode(utf8(VERSION_1));
        assertEquals(
                new CollectionDefinition(
                        "wordnet",
                        UUID.fromString("6f1a2b3c-0000-4000-8000-000000000001"),
                        CollectionSchema.single(384, Distance.COSINE),
                        new SourceDefinition(
                                "words",
                                UUID.fromString("6f1a2b3c-0000-4000-8000-000000000002"),
                                "MkU3OEVBNTcwNTJENDM2Qk",
                                2,
                                RecordFormat.JSON),
                        Instant.parse("2026-01-02T03:04:05.678Z")),
                definition);
    }

    @Test
    void readsWhatItWrites() {
        CollectionDefinition definition =
                new CollectionDefinition(
                        "a-1_B",
                        UUID.randomUUID(),
                        new CollectionSchema(
                                List.of(
                                        new VectorSchema("tïtle", 3, Distance.EUCLID),
                                        new VectorSchema("body", 5, Distance.MANHATTAN))),
                        new SourceDefinition("t.x", UUID.randomUUID(), "c", 7, RecordFormat.F32),
                        Instant.parse("2026-01-02T03:04:05Z"));
        assertEquals(definition, decode(DefinitionCodec.encode(definition, 17)));
        CollectionDefinition kept =
                definition.withStorage(
                        new CollectionStorage(
                                Duration.ofMinutes(5),
                                1L << 30,
                                ShardOptions.SegmentAccess.MEMORY,
                                ShardOptions.Warmup.ALL,
                                WalSync.BATCH,
                                PayloadCompression.ZSTD));
        assertEquals(kept, decode(DefinitionCodec.encode(kept, RecordBases.NONE)));
    }

    @Test
    void refusesALaterVersionAndDamagedDefinitions() {
        for (String damaged :
                List.of(
                        VERSION_1.replace("\"version\":1", "\"version\":2"),
                        VERSION_1.replace("\"version\":1,", ""),
                        VERSION_1.replace("cosine", "hamming"),
                        VERSION_1.replace("\"json\"", "\"msgpack\""),
                        VERSION_1.replace("\"partitions\":2,", ""),
                        VERSION_1.replace("\"name\":\"wordnet\"", "\"name\":\"../etc\""),
                        VERSION_1.replace("}}", ""),
                        "")) {
            assertThrows(IllegalArgumentException.class, () -> decode(utf8(damaged)), damaged);
        }
        IllegalArgumentException later =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> decode(utf8(VERSION_1.replace("\"version\":1", "\"version\":9"))));
        assertTrue(String.valueOf(later.getMessage()).contains("version 9"));
    }

    private static CollectionDefinition decode(byte[] record) {
        try {
            return DefinitionCodec.fromJson(new ObjectMapper().readTree(record));
        } catch (IOException noJson) {
            throw new IllegalArgumentException(noJson);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
