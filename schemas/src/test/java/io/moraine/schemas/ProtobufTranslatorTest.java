package io.moraine.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.format.SchemaFormats;
import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.RejectionReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages written by Protobuf's own library. */
class ProtobufTranslatorTest {

    private static final String SCHEMA =
            """
            syntax = "proto3";
            import "google/protobuf/timestamp.proto";
            import "google/protobuf/struct.proto";
            enum Colour { NONE = 0; RED = 1; }
            message M {
              double d = 1; float f = 2; int32 i32 = 3; int64 i64 = 4; uint32 u32 = 5; uint64 u64 = 6;
              sint32 s32 = 7; sint64 s64 = 8; fixed32 f32 = 9; fixed64 f64 = 10; sfixed32 sf32 = 11;
              sfixed64 sf64 = 12; bool b = 13; string s = 14; bytes y = 15; Colour c = 16;
              repeated int32 packed = 17; map<string, int32> map = 18; M inner = 19;
              oneof either { string left = 20; string right = 21; }
              google.protobuf.Timestamp at = 22; google.protobuf.Struct any = 23;
              repeated float vector = 24; repeated M many = 25;
            }
            """;

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
        assertEquals(
                "{\"d\":0.1,\"f\":0.1,\"i32\":-1,\"i64\":-2,\"u32\":4294967295,"
                        + "\"u64\":18446744073709551615,\"s32\":-3,\"s64\":-4,\"f32\":4294967295,"
                        + "\"f64\":18446744073709551615,\"sf32\":-5,\"sf64\":-6,\"b\":true,"
                        + "\"s\":\"x\",\"y\":\"AQI=\",\"c\":\"RED\"}",
                json(out -> {
                    out.writeEnum(16, 1);
                    out.writeDouble(1, 0.1);
                    out.writeFloat(2, 0.1f);
                    out.writeInt32(3, -1);
                    out.writeInt64(4, -2);
                    out.writeUInt32(5, -1);
                    out.writeUInt64(6, -1);
                    out.writeSInt32(7, -3);
                    out.writeSInt64(8, -4);
                    out.writeFixed32(9, -1);
                    out.writeFixed64(10, -1);
                    out.writeSFixed32(11, -5);
                    out.writeSFixed64(12, -6);
                    out.writeBool(13, true);
                    out.writeString(14, "not the last");
                    out.writeString(14, "x");
                    out.writeBytes(15, ByteString.copyFrom(new byte[] {1, 2}));
                    out.writeInt32(99, 1);
                }));
    }

    @Test
    void joinsThePiecesOfAFieldAsProtobufDoes() throws Exception {
        assertEquals(
                "{\"packed\":[1,2,3],\"map\":{\"a\":2,\"b\":0},\"inner\":{\"i32\":1,\"s\":\"x\"},"
                        + "\"right\":\"r\"}",
                json(out -> {
                    out.writeInt32(17, 1);
                    out.writeByteArray(17, new byte[] {2, 3});
                    out.writeByteArray(18, entry("a", 1));
                    out.writeByteArray(18, entry("b", 0));
                    out.writeByteArray(18, entry("a", 2));
                    out.writeByteArray(19, bytes(inner -> inner.writeInt32(3, 1)));
                    out.writeByteArray(19, bytes(inner -> inner.writeString(14, "x")));
                    out.writeString(20, "l");
                    out.writeString(21, "r");
                }));
    }

    @Test
    void writesProtobufsOwnTypesAsWhatTheyStandFor() throws Exception {
        assertEquals(
                "{\"at\":\"1970-01-01T00:00:01.500Z\",\"any\":{\"a\":1.0,\"l\":[null,true]},"
                        + "\"vector\":\"AACAPwAAAMA=\",\"many\":[{},{\"i32\":1}]}",
                json(out -> {
                    out.writeMessage(
                            22, Timestamp.newBuilder().setSeconds(1).setNanos(500_000_000).build());
                    Value list =
                            Value.newBuilder()
                                    .setListValue(
                                            com.google.protobuf.ListValue.newBuilder()
                                                    .addValues(
                                                            Value.newBuilder()
                                                                    .setNullValue(
                                                                            com.google.protobuf
                                                                                    .NullValue
                                                                                    .NULL_VALUE))
                                                    .addValues(
                                                            Value.newBuilder().setBoolValue(true)))
                                    .build();
                    out.writeMessage(
                            23,
                            Struct.newBuilder()
                                    .putFields("a", Value.newBuilder().setNumberValue(1).build())
                                    .putFields("l", list)
                                    .build());
                    out.writeFloat(24, 1);
                    out.writeFloat(24, -2);
                    out.writeByteArray(25, new byte[0]);
                    out.writeByteArray(25, bytes(inner -> inner.writeInt32(3, 1)));
                }));
    }

    @Test
    void rejectsWhatIsNoMessageOfItsSchema() {
        int id = registry.register("s", "PROTOBUF", SCHEMA, Map.of());
        for (byte[] bad :
                List.of(
                        Samples.framed(id),
                        Samples.framed(id, new byte[] {2, 4}),
                        Samples.framed(id, new byte[] {0, 0x0d, 0}),
                        Samples.framed(id, new byte[] {0, 0x08, 1}),
                        Samples.framed(99, new byte[] {0}))) {
            assertThrows(
                    DecodeFault.class,
                    () -> formats.translator(RecordFormat.PROTOBUF, List.of()).toJson(bad));
        }
    }

    @Test
    void readsFilesThatImportWhatIsKnownWhatIsReferredToAndWhatNobodyHas() throws Exception {
        var _ = registry.register("b", "PROTOBUF", "syntax = \"proto3\"; message B {}", Map.of());
        int id =
                registry.register(
                        "s",
                        "PROTOBUF",
                        """
                        syntax = "proto3";
                        package p;
                        import "confluent/meta.proto";
                        import "confluent/type/decimal.proto";
                        import "google/protobuf/wrappers.proto";
                        import "google/protobuf/duration.proto";
                        import "b.proto";
                        import "nobody/has/this.proto";
                        message First { int32 unused = 1; }
                        message M {
                          map<uint32, uint64> map = 1;
                          message Inner {
                            optional int32 kept = 1 [(confluent.field_meta) = {doc: "kept"}];
                            int32 absent = 2;
                            google.protobuf.Int64Value wrapped = 3;
                            google.protobuf.Duration duration = 4;
                            confluent.type.Decimal decimal = 5;
                            B b = 6;
                            enum Open { NONE = 0; }
                            Open open = 7;
                          }
                        }
                        """,
                        Map.of("b.proto", "b"));
        byte[] inner =
                bytes(out -> {
                    out.writeInt32(1, 0);
                    out.writeInt32(2, 0);
                    out.writeByteArray(3, bytes(held -> held.writeInt64(1, Long.MAX_VALUE)));
                    out.writeByteArray(4, bytes(held -> held.writeInt64(1, 90)));
                    out.writeByteArray(5, bytes(held -> held.writeInt32(3, 2)));
                    out.writeByteArray(6, new byte[0]);
                    out.writeEnum(7, 9);
                });
        assertEquals(
                "{\"kept\":0,\"wrapped\":9223372036854775807,\"duration\":\"90s\","
                        + "\"decimal\":{\"scale\":2},\"b\":{},\"open\":9}",
                // Two numbers follow: the second message of the file, the first inside it.
                json(Samples.framed(id, new byte[] {4, 2, 0}, inner)));
        byte[] map =
                bytes(out ->
                        out.writeByteArray(
                                1,
                                bytes(entry -> {
                                    entry.writeUInt32(1, -1);
                                    entry.writeUInt64(2, -1);
                                })));
        assertEquals(
                "{\"map\":{\"4294967295\":18446744073709551615}}",
                json(Samples.framed(id, new byte[] {2, 2}, map)));
    }

    @Test
    void rejectsWhatJsonCannotTellAndWhatLiesTooDeep() throws Exception {
        byte[] deep = new byte[0];
        for (int level = 0; level < 200; level++) {
            byte[] inside = deep;
            deep = bytes(out -> out.writeByteArray(19, inside));
        }
        byte[] tooDeep = deep;
        Struct infinite =
                Struct.newBuilder()
                        .putFields("a", Value.newBuilder().setNumberValue(1 / 0.0).build())
                        .build();
        for (Fields bad :
                List.<Fields>of(
                        out -> out.writeRawBytes(tooDeep),
                        out -> out.writeByteArray(22, bytes(at -> at.writeInt64(1, 1L << 60))),
                        out -> out.writeMessage(23, infinite),
                        out -> out.writeByteArray(14, new byte[] {(byte) 0xff}))) {
            assertThrows(DecodeFault.class, () -> json(bad));
        }
    }

    @Test
    void rejectsValuesWhoseSchemaCannotBeRead() {
        for (String schema :
                List.of(
                        "message {",
                        "syntax = \"proto3\"; message M { Unknown x = 1; }",
                        "syntax = \"proto3\"; message M { int32 a = 1; int32 b = 1; }")) {
            int id = registry.register("s", "PROTOBUF", schema, Map.of());
            DecodeFault fault =
                    assertThrows(DecodeFault.class, () -> json(Samples.framed(id, new byte[] {0})));
            assertEquals(RejectionReason.SCHEMA_UNKNOWN, fault.toRejection().reason(), schema);
        }
    }

    /** What writes the fields of a message. */
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] entry(String key, int value) throws IOException {
        return bytes(out -> {
            out.writeString(1, key);
            if (value != 0) {
                out.writeInt32(2, value);
            }
        });
    }

    private static byte[] bytes(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    private String json(Fields fields) throws IOException, DecodeFault {
        int id = registry.register("s", "PROTOBUF", SCHEMA, Map.of());
        return json(Samples.framed(id, new byte[] {0}, bytes(fields)));
    }

    private String json(byte[] value) throws DecodeFault {
        return new String(
                formats.translator(RecordFormat.PROTOBUF, List.of("vector")).toJson(value),
                StandardCharsets.UTF_8);
    }
}
