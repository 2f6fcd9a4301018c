package io.moraine.ingest.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.definition.BadRecords;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.KeyForm;
import io.moraine.ingest.definition.OperationRule;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.definition.SourceDefinition;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.InvalidOperationException;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PointChange;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.VectorSchema;
import io.moraine.storage.model.VersionScope;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records in every format and with every option, one at a time. */
class FormatsTest {

    private static final CollectionSchema SINGLE = CollectionSchema.single(2, Distance.DOT);
    private static final CollectionSchema NAMED =
            new CollectionSchema(
                    List.of(
                            new VectorSchema("text", 2, Distance.DOT),
                            new VectorSchema("image", 1, Distance.DOT)));

    @Test
    void readsFieldsWhereTheyStand() {
        SourceOptions options =
                json(
                        """
                        {"fields": {"vector": "embedding.values", "payload": "doc.meta"},
                         "id": {"field": "doc.id"}}
                        """);
        Decoded point =
                decode(
                        SINGLE,
                        options,
                        "ignored",
                        "{\"doc\":{\"id\":17,\"meta\":{\"a\":[1,"
                                + " 2]}},\"embedding\":{\"model\":\"m\",\"values\":[1,2]}}");
        assertEquals(PointId.of(17), point.id());
        assertEquals(Map.of("", "[1.0, 2.0]"), point.vectors());
        assertEquals("{\"a\":[1, 2]}", point.payload());
        assertEquals(
                RejectionReason.KEY_MISSING,
                decode(SINGLE, options, "k", "{\"embedding\":{\"values\":[1,2]}}").reason());
        assertEquals(
                RejectionReason.VECTOR_MISSING,
                decode(SINGLE, options, "k", "{\"doc\":{\"id\":\"x\"}}").reason());
        assertEquals(OperationKind.DELETE, decode(SINGLE, options, "k", null).kind());
    }

    @Test
    void readsNamedVectorsFromPathsOfTheirOwn() {
        SourceOptions options =
                json("{\"fields\": {\"vectors\": {\"text\": \"t.v\", \"image\": \"i\"}}}");
        Decoded point =
                decode(NAMED, options, "k", "{\"i\":[9],\"t\":{\"v\":[1,2]},\"payload\":{}}");
        assertEquals(Map.of("text", "[1.0, 2.0]", "image", "[9.0]"), point.vectors());
        assertEquals(
                Map.of("image", "[9.0]"), decode(NAMED, options, "k", "{\"i\":[9]}").vectors());
        assertThrows(IllegalArgumentException.class, () -> RecordDecoder.of(SINGLE, options));
    }

    @Test
    void withoutARegistryFormatsWithSchemasAreRefusedAndExistingCollectionsWait() {
        SourceOptions options = SourceOptions.of(RecordFormat.AVRO);
        assertThrows(IllegalArgumentException.class, () -> RecordDecoder.of(SINGLE, options));
        RecordDecoder waiting = RecordDecoders.withoutSchemas().decoderOrWaiting(SINGLE, options);
        assertThrows(
                SchemasUnavailableException.class,
                () ->
                        Decoded.of(
                                waiting,
                                SINGLE,
                                Decoded.record("k", utf8("value"), new RecordHeaders())));
    }

    @Test
    void choosesKeysOfThePayload() {
        SourceOptions all = json("{\"fields\": {\"vector\": \"e.v\", \"payload\": \"*\"}}");
        String value = "{\"a\": 1, \"e\":{\"v\":[1,2]}, \"b\":{\"c\":\"ä\"}}";
        assertEquals("{\"a\":1,\"b\":{\"c\":\"ä\"}}", decode(SINGLE, all, "k", value).payload());
        SourceOptions some =
                json("{\"fields\":{\"vector\":\"e.v\",\"payload\":\"*\",\"include\":[\"b\"]}}");
        assertEquals("{\"b\":{\"c\":\"ä\"}}", decode(SINGLE, some, "k", value).payload());
        SourceOptions without =
                json("{\"fields\":{\"payload\":\"payload\",\"exclude\":[\"secret\"]}}");
        assertEquals(
                "{}",
                decode(SINGLE, without, "k", "{\"vector\":[1,2],\"payload\":{\"secret\":1}}")
                        .payload());
    }

    @Test
    void readsKeysOfAllForms() {
        byte[] value = utf8("{\"vector\":[1,2]}");
        ByteBuffer number = ByteBuffer.allocate(8).putLong(0, 42);
        assertEquals(PointId.of(42), id("long", number.array(), value).id());
        assertEquals(
                PointId.of("-1"),
                id("long", ByteBuffer.allocate(8).putLong(0, -1).array(), value).id());
        assertEquals(
                PointId.of(7), id("int", ByteBuffer.allocate(4).putInt(0, 7).array(), value).id());
        byte[] uuid = new byte[16];
        uuid[15] = 1;
        assertEquals(
                PointId.of("00000000-0000-0000-0000-000000000001"), id("uuid", uuid, value).id());
        assertEquals(RejectionReason.KEY_INVALID, id("uuid", number.array(), value).reason());
        assertEquals(42, ByteBuffer.wrap(KeyForm.LONG.ofId(PointId.of(42))).getLong(), "and back");
        assertThrows(IllegalArgumentException.class, () -> KeyForm.INT.ofId(PointId.of(1L << 40)));
    }

    private static Decoded id(String form, byte[] key, byte[] value) {
        SourceOptions options = json("{\"id\": {\"key\": \"%s\"}}".formatted(form));
        return Decoded.of(
                RecordDecoder.of(SINGLE, options),
                SINGLE,
                new SourceRecord(3, 17, Decoded.TIMESTAMP_MS, key, value, new RecordHeaders()));
    }

    @Test
    void readsChangesOfAPartInTheWordsOfTheHttpApi() {
        SourceOptions usual = SourceOptions.DEFAULT;
        assertEquals(
                OperationKind.SET_PAYLOAD,
                change(usual, "set_payload", "{\"payload\":{\"a\":1},\"key\":\"b.c\"}").kind());
        assertEquals(
                OperationKind.OVERWRITE_PAYLOAD,
                change(usual, "overwrite_payload", "{\"payload\":{}}").kind());
        assertEquals(
                OperationKind.DELETE_PAYLOAD,
                change(usual, "delete_payload", "{\"keys\":[\"a\",\"b\\u002ec\"]}").kind());
        assertEquals(OperationKind.CLEAR_PAYLOAD, change(usual, "clear_payload", null).kind());
        assertEquals(OperationKind.DELETE, change(usual, "delete", "{}").kind());
        Decoded vectors = change(usual, "update_vectors", "{\"vector\":{\"image\":[4]}}");
        assertEquals(Map.of("image", "[4.0]"), vectors.vectors());
        assertEquals(
                OperationKind.DELETE_VECTORS,
                change(usual, "delete_vectors", "{\"vectors\":[\"text\"]}").kind());
        assertEquals(
                RejectionReason.VECTOR_UNKNOWN,
                change(usual, "delete_vectors", "{\"vectors\":[\"no\"]}").reason());
        assertEquals(RejectionReason.OPERATION_UNKNOWN, change(usual, "upsurt", "{}").reason());
        assertEquals(
                RejectionReason.PAYLOAD_MALFORMED, change(usual, "set_payload", "{}").reason());
        assertEquals(
                RejectionReason.VALUE_MALFORMED,
                change(usual, "delete_payload", "{\"keys\":\"a\"}").reason());
    }

    @Test
    void readsOperationsFromAFieldInWordsOfTheProducer() {
        SourceOptions options =
                json(
                        """
                        {"operation": {"field": "op", "values": {"d": "delete", "*": "upsert"}}}
                        """);
        assertEquals(OperationKind.DELETE, decode(SINGLE, options, "k", "{\"op\":\"d\"}").kind());
        assertEquals(
                OperationKind.UPSERT,
                decode(SINGLE, options, "k", "{\"op\":\"c\",\"vector\":[1,2]}").kind());
    }

    @Test
    void readsVersionsAndWhoseTheyAre() throws Exception {
        SourceOptions options =
                json("{\"version\":{\"field\":\"v\"},\"version_scope\":{\"header\":\"origin\"}}");
        Headers headers = new RecordHeaders().add("origin", utf8("crm"));
        try (OperationEncoder operation = new OperationEncoder(SINGLE)) {
            SourceRecord record = Decoded.record("k", utf8("{\"v\":12,\"vector\":[1,2]}"), headers);
            assertEquals(
                    Optional.empty(), RecordDecoder.of(SINGLE, options).decode(record, operation));
            assertEquals(12, operation.finish().version());
            assertEquals(VersionScope.of("crm"), operation.finish().versionScope());
            SourceOptions time = json("{\"version\":\"timestamp\"}");
            assertEquals(
                    Optional.empty(), RecordDecoder.of(SINGLE, time).decode(record, operation));
            assertEquals(Decoded.TIMESTAMP_MS, operation.finish().version());
            SourceOptions instant = json("{\"version\":{\"header\":\"at\"}}");
            headers.add("at", utf8("1970-01-01T00:00:02Z"));
            assertEquals(
                    Optional.empty(), RecordDecoder.of(SINGLE, instant).decode(record, operation));
            assertEquals(2_000, operation.finish().version());
        }
        for (String bad :
                List.of("{\"vector\":[1,2]}", "{\"v\":0}", "{\"v\":\"x\"}", "{\"v\":{}}")) {
            assertTrue(decode(SINGLE, options, "k", bad).rejection().isPresent(), () -> bad);
        }
    }

    @Test
    void readsBinaryCloudEvents() {
        SourceOptions options = cloudEvents("{\"id\":{\"header\":\"ce_subject\"}}");
        Headers headers =
                new RecordHeaders()
                        .add("ce_specversion", utf8("1.0"))
                        .add("ce_subject", utf8("doc-1"));
        Decoded point =
                decode(SINGLE, options, "k", "{\"vector\":[1,2],\"payload\":{\"a\":1}}", headers);
        assertEquals(PointId.of("doc-1"), point.id());
        assertEquals("{\"a\":1}", point.payload());
        headers.add("content-type", utf8("application/octet-stream"));
        byte[] floats = new byte[8];
        floats[3] = 0x40;
        assertEquals(
                Map.of("", "[2.0, 0.0]"),
                Decoded.of(
                                RecordDecoder.of(SINGLE, options),
                                SINGLE,
                                Decoded.record("k", floats, headers))
                        .vectors());
        assertEquals(
                RejectionReason.VALUE_MALFORMED,
                decode(SINGLE, options, "k", "{\"vector\":[1,2]}").reason(),
                "no CloudEvent at all");
        assertEquals(OperationKind.DELETE, decode(SINGLE, options, "k", null).kind());
    }

    @Test
    void readsStructuredCloudEvents() {
        SourceOptions options =
                cloudEvents(
                        """
                        {"id": {"header": "ce_subject"},
                         "operation": {"header": "ce_type",
                                       "values": {"doc.deleted": "delete", "*": "upsert"}}}
                        """);
        Headers headers =
                new RecordHeaders()
                        .add("content-type", utf8("application/cloudevents+json; charset=UTF-8"));
        String event =
                "{\"specversion\":\"1.0\",\"type\":\"%s\",\"subject\":\"s\",\"data\":{\"vector\":[3,4],\"payload\":{}}}";
        Decoded point = decode(SINGLE, options, "k", event.formatted("doc.created"), headers);
        assertEquals(PointId.of("s"), point.id());
        assertEquals(Map.of("", "[3.0, 4.0]"), point.vectors());
        assertEquals(
                OperationKind.DELETE,
                decode(SINGLE, options, "k", event.formatted("doc.deleted"), headers).kind());
        String bytes =
                "{\"specversion\":\"1.0\",\"subject\":\"s\",\"data_base64\":\"AAAAQAAAAAA=\"}";
        assertEquals(
                Map.of("", "[2.0, 0.0]"),
                decode(SINGLE, cloudEvents("{}"), "k", bytes, headers).vectors());
        assertEquals(
                RejectionReason.VALUE_MALFORMED,
                decode(SINGLE, options, "k", "{\"data\":{\"vector\":[3,4]}}", headers).reason());
    }

    @Test
    void optionsComeBackAsTheyWere() {
        for (String options :
                List.of(
                        "{}",
                        "{\"fields\":{\"vector\":\"a.b\",\"payload\":\"*\",\"include\":[\"x\"],\"exclude\":[\"y\"]}}",
                        "{\"fields\":{\"vectors\":{\"a\":\"b\",\"c\":\"d\"},\"payload\":\"payload\"}}",
                        "{\"id\":{\"key\":\"uuid\"}}",
                        "{\"id\":{\"field\":\"a.id\"},\"version\":\"timestamp\",\"version_scope\":\"crm\"}",
                        "{\"version\":{\"header\":\"v\"},\"version_scope\":{\"field\":\"o\"}}",
                        "{\"operation\":{\"field\":\"op\",\"values\":{\"d\":\"delete\"}}}",
                        "{\"partitioner\":\"crc32\"}",
                        "{\"errors\":{\"policy\":\"halt\",\"topic\":\"dead\",\"point\":\"keep\"}}")) {
            SourceOptions parsed = json(options);
            assertEquals(options, parsed.toJson());
            assertEquals(parsed, json(parsed.toJson()));
        }
        assertEquals(BadRecords.Policy.SKIP, json("{\"errors\":\"skip\"}").badRecords().policy());
    }

    @Test
    void refusesOptionsThatMeanNothing() {
        for (String options :
                List.of(
                        "{\"field\":{}}",
                        "{\"fields\":{\"vector\":\"a\",\"vectors\":{\"b\":\"c\"}}}",
                        "{\"fields\":{\"vector\":\"a..b\"}}",
                        "{\"fields\":{\"vectors\":{}}}",
                        "{\"fields\":{\"include\":\"a\"}}",
                        "{\"id\":\"header\"}",
                        "{\"id\":{\"header\":\"a\",\"field\":\"b\"}}",
                        "{\"id\":{\"key\":\"float\"}}",
                        "{\"version\":\"newest\"}",
                        "{\"operation\":{\"header\":\"h\",\"values\":{\"x\":\"explode\"}}}",
                        "{\"partitioner\":\"random\"}",
                        "{\"errors\":\"ignore\"}",
                        "{\"errors\":{\"point\":\"show\"}}",
                        "[]",
                        "{")) {
            assertThrows(IllegalArgumentException.class, () -> json(options), options);
        }
        assertThrows(IllegalArgumentException.class, () -> SourceOptions.parse("parquet", ""));
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        RecordDecoder.of(
                                SINGLE, SourceOptions.parse("f32", "{\"id\":{\"field\":\"a\"}}")));
    }

    @Test
    void changesWrittenByThisNodeAreReadBackWhateverTheProducersWrite() {
        for (String[] source :
                new String[][] {
                    {"json", "{}"},
                    {"json", "{\"fields\":{\"vector\":\"a.b\",\"payload\":\"*\"}}"},
                    {"json", "{\"id\":{\"field\":\"doc\"},\"version\":{\"header\":\"v\"}}"},
                    {"f32", "{}"},
                    {"f32", "{\"version\":\"timestamp\"}"},
                    {"cloudevents", "{}"}
                }) {
            SourceOptions options = SourceOptions.parse(source[0], source[1]);
            PointId id = PointId.of("p");
            Decoded upsert =
                    writeAndRead(
                            options,
                            new PointChange.Upsert(
                                    id, Map.of("", new float[] {1, 2}), utf8("{\"a\":1}")));
            assertEquals(id, upsert.id());
            assertEquals(Map.of("", "[1.0, 2.0]"), upsert.vectors());
            assertEquals("{\"a\":1}", upsert.payload());
            assertEquals(
                    OperationKind.DELETE, writeAndRead(options, new PointChange.Delete(id)).kind());
            Decoded set =
                    writeAndRead(
                            options,
                            new PointChange.Partial(
                                    id,
                                    OperationKind.SET_PAYLOAD,
                                    Map.of(),
                                    "{\"b\":2}",
                                    List.of("c.d")));
            assertEquals(OperationKind.SET_PAYLOAD, set.kind());
            assertEquals("{\"b\":2}", set.payload());
            for (PointChange change :
                    List.of(
                            partial(id, OperationKind.DELETE_PAYLOAD, "a", "b\"c"),
                            partial(id, OperationKind.CLEAR_PAYLOAD),
                            partial(id, OperationKind.DELETE_VECTORS, ""))) {
                assertEquals(
                        ((PointChange.Partial) change).kind(),
                        writeAndRead(options, change).kind());
            }
        }
    }

    private static PointChange partial(PointId id, OperationKind kind, String... names) {
        return new PointChange.Partial(id, kind, Map.of(), "", List.of(names));
    }

    private static Decoded writeAndRead(SourceOptions options, PointChange change) {
        CollectionDefinition definition =
                new CollectionDefinition(
                        "c",
                        new UUID(1, 2),
                        SINGLE,
                        new SourceDefinition("t", new UUID(3, 4), "cluster", 3, options),
                        Instant.EPOCH);
        var written = new RecordEncoder(definition).encode(change, 2);
        assertEquals(2, written.partition());
        return Decoded.of(
                RecordDecoder.of(SINGLE, options),
                SINGLE,
                new SourceRecord(
                        2,
                        17,
                        Decoded.TIMESTAMP_MS,
                        written.key(),
                        written.value(),
                        written.headers()));
    }

    private static Decoded change(SourceOptions options, String word, @Nullable String value) {
        return decode(
                NAMED,
                options,
                "k",
                value,
                new RecordHeaders().add(OperationRule.HEADER, utf8(word)));
    }

    private static Decoded decode(
            CollectionSchema schema, SourceOptions options, String key, @Nullable String value) {
        return decode(schema, options, key, value, new RecordHeaders());
    }

    private static Decoded decode(
            CollectionSchema schema,
            SourceOptions options,
            String key,
            @Nullable String value,
            Headers headers) {
        try {
            return Decoded.of(
                    RecordDecoder.of(schema, options),
                    schema,
                    Decoded.record(key, value == null ? null : utf8(value), headers));
        } catch (InvalidOperationException e) {
            throw new AssertionError(value, e);
        }
    }

    private static SourceOptions json(String options) {
        return SourceOptions.parse("json", options);
    }

    private static SourceOptions cloudEvents(String options) {
        return SourceOptions.parse("cloudevents", options);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
