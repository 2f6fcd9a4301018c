package io.moraine.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.format.SchemaFormats;
import io.moraine.ingest.format.ValueTranslator;
import io.moraine.ingest.record.DecodeFault;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Values written by Avro's own writer. */
class AvroTranslatorTest {

    private LoopbackRegistry registry;
    private SchemaFormats formats;

    @BeforeEach
    void start() throws Exception {
        registry = new LoopbackRegistry();
        formats = new RegistryFormatsProvider().open(Map.of("url", registry.url()));
    }

    @AfterEach
    void stop() {
        formats.close();
        registry.close();
    }

    @Test
    void writesEveryTypeAsItsJson() throws Exception {
        Schema schema =
                new Schema.Parser()
                        .parse(
                                """
                                {"type": "record", "name": "R", "fields": [
                                 {"name": "i", "type": "int"}, {"name": "l", "type": "long"},
                                 {"name": "f", "type": "float"}, {"name": "d", "type": "double"},
                                 {"name": "b", "type": "boolean"}, {"name": "z", "type": "null"},
                                 {"name": "s", "type": "string"}, {"name": "y", "type": "bytes"},
                                 {"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["X", "Y"]}},
                                 {"name": "m", "type": {"type": "map", "values": "int"}},
                                 {"name": "a", "type": {"type": "array", "items": "string"}},
                                 {"name": "u", "type": ["null", "string"]},
                                 {"name": "day", "type": {"type": "int", "logicalType": "date"}},
                                 {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
                                 {"name": "us", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                                 {"name": "p", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
                                 {"name": "nan", "type": "double"}]}
                                """);
        GenericRecord value =
                new GenericRecordBuilder(schema)
                        .set("i", -7)
                        .set("l", Long.MIN_VALUE)
                        .set("f", 0.1f)
                        .set("d", 0.1)
                        .set("b", true)
                        .set("z", null)
                        .set("s", "q\"\\\n\u00e9")
                        .set("y", ByteBuffer.wrap(new byte[] {1, 2, 3}))
                        .set("e", new GenericData.EnumSymbol(schema.getField("e").schema(), "Y"))
                        .set("m", Map.of("k", 1))
                        .set("a", List.of("x", "y"))
                        .set("u", "some")
                        .set("day", 1)
                        .set("at", 1_500L)
                        .set("us", 1_500L)
                        .set("p", ByteBuffer.wrap(BigInteger.valueOf(-1234).toByteArray()))
                        .set("nan", Double.NaN)
                        .build();
        assertEquals(
                "{\"i\":-7,\"l\":-9223372036854775808,\"f\":0.1,\"d\":0.1,\"b\":true,\"z\":null,"
                        + "\"s\":\"q\\\"\\\\\\n\u00e9\",\"y\":\"AQID\",\"e\":\"Y\","
                        + "\"m\":{\"k\":1},\"a\":[\"x\",\"y\"],\"u\":\"some\","
                        + "\"day\":\"1970-01-02\",\"at\":\"1970-01-01T00:00:01.500Z\","
                        + "\"us\":\"1970-01-01T00:00:00.001500Z\",\"p\":-12.34,\"nan\":\"NaN\"}",
                json(schema, value, List.of("vector")));
    }

    @Test
    void writesVectorsAsBytesWhateverNumbersTheyAre() throws Exception {
        for (String items : List.of("float", "double", "int", "long")) {
            Schema schema =
                    new Schema.Parser()
                            .parse(
                                    """
                                    {"type": "record", "name": "R", "fields": [{"name": "v", "type":
                                     {"type": "map", "values": {"type": "array", "items": "%s"}}}]}
                                    """
                                            .formatted(items));
            List<? extends Number> numbers =
                    switch (items) {
                        case "float" -> List.of(1f, -2f);
                        case "double" -> List.of(1d, -2d);
                        case "int" -> List.of(1, -2);
                        default -> List.of(1L, -2L);
                    };
            GenericRecord value =
                    new GenericRecordBuilder(schema).set("v", Map.of("text", numbers)).build();
            assertEquals("{\"v\":{\"text\":\"AACAPwAAAMA=\"}}", json(schema, value, List.of("v")));
        }
    }

    @Test
    void rejectsWhatIsNoValueOfItsSchema() {
        int id = registry.register("s", "AVRO", Samples.AVRO, Map.of());
        int proto = registry.register("p", "PROTOBUF", Samples.PROTOBUF, Map.of());
        byte[] good = Samples.avro(id, "a", new float[] {1, 2}, 3);
        ValueTranslator translator = formats.translator(RecordFormat.AVRO, List.of("vector"));
        byte[] longer = java.util.Arrays.copyOf(good, good.length + 1);
        byte[] shorter = java.util.Arrays.copyOf(good, good.length - 1);
        byte[] magic = good.clone();
        magic[0] = 1;
        for (byte[] bad :
                List.of(
                        longer,
                        shorter,
                        magic,
                        new byte[3],
                        Samples.avro(99, "a", new float[] {1}, 1),
                        Samples.avro(proto, "a", new float[] {1}, 1))) {
            assertThrows(DecodeFault.class, () -> translator.toJson(bad));
        }
    }

    @Test
    void rejectsLengthsThatLieAndRecordsThatLieTooDeep() {
        int list =
                registry.register(
                        "l",
                        "AVRO",
                        """
                        {"type": "record", "name": "L", "fields": [
                         {"name": "next", "type": ["null", "L"]}]}
                        """,
                        Map.of());
        byte[] deep = new byte[1 << 20];
        java.util.Arrays.fill(deep, 0, deep.length - 1, (byte) 2);
        assertRejected(Samples.framed(list, deep));
        assertRejected(Samples.framed(list, new byte[] {3}));
        assertRejected(Samples.framed(list, new byte[] {4}));
        // 2^30 of whatever stands behind, and nothing does.
        byte[] many = {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 8};
        for (String type :
                List.of(
                        "\"string\"",
                        "\"bytes\"",
                        "{\"type\": \"array\", \"items\": \"null\"}",
                        "{\"type\": \"array\", \"items\": \"float\"}",
                        "{\"type\": \"map\", \"values\": \"null\"}",
                        "{\"type\": \"enum\", \"name\": \"E\", \"symbols\": [\"X\"]}",
                        "{\"type\": \"fixed\", \"name\": \"F\", \"size\": 1000000000}")) {
            int id = registry.register(type, "AVRO", type, Map.of());
            assertRejected(Samples.framed(id, many));
        }
    }

    private void assertRejected(byte[] value) {
        ValueTranslator translator = formats.translator(RecordFormat.AVRO, List.of("vector"));
        assertThrows(DecodeFault.class, () -> translator.toJson(value));
    }

    @Test
    void showsWhoItIs() throws Exception {
        int id = registry.register("s", "AVRO", Samples.AVRO, Map.of());
        byte[] value = Samples.avro(id, "a", new float[] {1, 2}, 3);
        for (Map<String, String> login :
                List.of(
                        Map.of("basic.auth.user.info", "me:secret"),
                        Map.of("bearer.auth.token", "token"))) {
            Map<String, String> properties = new java.util.HashMap<>(login);
            properties.put("url", registry.url());
            try (SchemaFormats each = new RegistryFormatsProvider().open(properties)) {
                var _ = each.translator(RecordFormat.AVRO, List.of()).toJson(value);
            }
            assertEquals(
                    login.containsKey("bearer.auth.token") ? "Bearer token" : "Basic bWU6c2VjcmV0",
                    registry.authorization());
        }
    }

    @Test
    void refusesPropertiesItDoesNotKnow() {
        for (Map<String, String> bad :
                List.of(
                        Map.of("url", "ftp://x"),
                        Map.of("url", "http://u:p@x"),
                        Map.of("url", "http://x", "unknown", "1"),
                        Map.of("url", "http://x", "request.timeout.ms", "0"),
                        Map.of(
                                "url",
                                "http://x",
                                "basic.auth.user.info",
                                "a:b",
                                "bearer.auth.token",
                                "t"),
                        Map.of("url", "https://x", "ssl.truststore.location", "/nowhere"))) {
            assertThrows(
                    IllegalArgumentException.class, () -> new RegistryFormatsProvider().open(bad));
        }
    }

    private String json(Schema schema, GenericRecord value, List<String> vectors)
            throws DecodeFault {
        int id = registry.register("s", "AVRO", schema.toString(), Map.of());
        byte[] json =
                formats.translator(RecordFormat.AVRO, vectors)
                        .toJson(Samples.framed(id, Samples.avro(schema, value)));
        return new String(json, StandardCharsets.UTF_8);
    }
}
