package io.moraine.ingest.format;

import static io.moraine.ingest.record.RejectionReason.KEY_INVALID;
import static io.moraine.ingest.record.RejectionReason.KEY_MISSING;
import static io.moraine.ingest.record.RejectionReason.PAYLOAD_MALFORMED;
import static io.moraine.ingest.record.RejectionReason.VALUE_MALFORMED;
import static io.moraine.ingest.record.RejectionReason.VECTOR_DIMENSION;
import static io.moraine.ingest.record.RejectionReason.VECTOR_MALFORMED;
import static io.moraine.ingest.record.RejectionReason.VECTOR_MISSING;
import static io.moraine.ingest.record.RejectionReason.VECTOR_UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.record.RejectionReason;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.VectorSchema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRecordDecoderTest {

    private static final CollectionSchema SINGLE = CollectionSchema.single(3, Distance.DOT);
    private static final CollectionSchema NAMED =
            new CollectionSchema(
                    List.of(
                            new VectorSchema("title", 2, Distance.DOT),
                            new VectorSchema("körper", 3, Distance.DOT)));

    @Test
    void readsAnArrayOfNumbers() {
        Decoded decoded = Decoded.json(SINGLE, "p1", "{\"vector\":[1, -0.5 ,2e-1]}");
        assertEquals(
                new Decoded(
                        Optional.empty(),
                        OperationKind.UPSERT,
                        PointId.of("p1"),
                        Map.of("", "[1.0, -0.5, 0.2]"),
                        ""),
                decoded);
    }

    @Test
    void readsBase64WithAndWithoutPaddingAndEscapes() {
        // 0xFF of the largest finite floats makes slashes.
        String encoded = base64(Float.MAX_VALUE, -Float.MAX_VALUE, 1);
        assertTrue(encoded.contains("/"), encoded);
        String expected = "[3.4028235E38, -3.4028235E38, 1.0]";
        for (String text : List.of(encoded, encoded.replace("/", "\\/"))) {
            Decoded decoded = Decoded.json(SINGLE, "1", "{\"vector\":\"%s\"}".formatted(text));
            assertEquals(Map.of("", expected), decoded.vectors());
        }
        CollectionSchema padded = CollectionSchema.single(2, Distance.DOT);
        String twice = base64(0.5f, 4);
        assertTrue(twice.endsWith("="), twice);
        for (String text : List.of(twice, twice.replace("=", ""))) {
            Decoded decoded = Decoded.json(padded, "1", "{\"vector\":\"%s\"}".formatted(text));
            assertEquals(Map.of("", "[0.5, 4.0]"), decoded.vectors());
        }
    }

    @Test
    void readsNamedVectorsInAnyOrderAndLetsThemBeLeftOut() {
        Decoded both =
                Decoded.json(
                        NAMED,
                        "1",
                        "{\"vector\":{\"k\\u00f6rper\":[1,2,3], \"title\":\"%s\"}}"
                                .formatted(base64(8, 9)));
        assertEquals(Map.of("körper", "[1.0, 2.0, 3.0]", "title", "[8.0, 9.0]"), both.vectors());
        assertEquals(
                Map.of("title", "[1.0, 2.0]"),
                Decoded.json(NAMED, "1", "{\"vector\":{\"title\":[1,2]}}").vectors());
        assertEquals(Map.of(), Decoded.json(NAMED, "1", "{\"vector\":{}}").vectors());
        assertEquals(
                Map.of("title", "[1.0, 2.0]"),
                Decoded.json(NAMED, "1", "{\"vector\":{\"körper\":null,\"title\":[1,2]}}")
                        .vectors());
        assertEquals(
                VECTOR_UNKNOWN, Decoded.json(NAMED, "1", "{\"vector\":{\"x\":null}}").reason());
        assertEquals(
                Map.of("", "[1.0, 2.0, 3.0]"),
                Decoded.json(SINGLE, "1", "{\"vector\":{\"\":[1,2,3]}}").vectors());
    }

    @Test
    void keepsThePayloadByteForByte() {
        String payload =
                "{ \"a\" :\t[1.50, \"\\u00e9é😀\\ud800\"],\n\"b\":{\"a\":null} , \"c\":-0e5 }";
        for (String value :
                List.of(
                        "{\"vector\":[1,2,3],\"payload\":%s}".formatted(payload),
                        " {\"payload\" : %s , \"vector\":[1,2,3]}\n".formatted(payload),
                        "{\"p\\u0061yload\":%s,\"vector\":[1,2,3]}".formatted(payload))) {
            assertEquals(payload, Decoded.json(SINGLE, "1", value).payload());
        }
        for (String value :
                List.of(
                        "{\"vector\":[1,2,3],\"payload\":null}",
                        "{\"vector\":[1,2,3],\"PAYLOAD\":{}}",
                        "{\"vector\":[1,2,3]}")) {
            assertEquals("", Decoded.json(SINGLE, "1", value).payload());
        }
    }

    @Test
    void ignoresOtherFieldsButChecksThem() {
        Decoded decoded =
                Decoded.json(
                        SINGLE, "1", "{\"op\":[{\"x\":[]},{}],\"vector\":[1,2,3],\"ts\":12.5}");
        assertEquals(Optional.empty(), decoded.rejection());
        assertEquals(
                VALUE_MALFORMED,
                Decoded.json(SINGLE, "1", "{\"op\":tru,\"vector\":[1,2,3]}").reason());
    }

    @Test
    void nullValueDeletes() {
        Decoded decoded = Decoded.json(SINGLE, "42", null);
        assertEquals(OperationKind.DELETE, decoded.kind());
        assertEquals(PointId.of(42), decoded.id());
        assertEquals(Map.of(), decoded.vectors());
    }

    @Test
    void k17RejectsRecordsThatNameNoPoint() {
        String value = "{\"vector\":[1,2,3]}";
        assertEquals(KEY_MISSING, Decoded.json(SINGLE, null, value).reason());
        assertEquals(KEY_MISSING, Decoded.json(SINGLE, null, null).reason());
        assertEquals(KEY_INVALID, Decoded.json(SINGLE, "", value).reason());
        assertEquals(KEY_INVALID, Decoded.json(SINGLE, "x".repeat(513), null).reason());
    }

    @Test
    void rejectsVectorsThatDoNotFit() {
        assertEquals(VECTOR_MISSING, Decoded.json(SINGLE, "1", "{}").reason());
        assertEquals(VECTOR_DIMENSION, reason("[1,2]"));
        assertEquals(VECTOR_DIMENSION, reason("[]"));
        assertEquals(VECTOR_DIMENSION, reason("[1,2,3,4]"));
        assertEquals(VECTOR_DIMENSION, reason("\"\""));
        assertEquals(VECTOR_DIMENSION, reason("\"" + base64(1, 2) + "\""));
        assertEquals(VECTOR_DIMENSION, reason("\"AAAA\""));
        assertEquals(VECTOR_MALFORMED, reason("null"));
        assertEquals(VECTOR_MALFORMED, reason("[[1,2,3]]"));
        assertEquals(VECTOR_MALFORMED, reason("[1,\"2\",3]"));
        assertEquals(VECTOR_MALFORMED, reason("[1,NaN,3]"));
        assertEquals(VECTOR_MALFORMED, reason("[1,2,3,]"));
        assertEquals(VECTOR_MALFORMED, reason("\"" + base64(1, 2, 3).replace('A', '*') + "\""));
        assertEquals(VECTOR_UNKNOWN, reason("{\"title\":[1,2,3]}"));
        assertEquals(VECTOR_UNKNOWN, Decoded.json(NAMED, "1", "{\"vector\":[1,2,3]}").reason());
        assertEquals(
                VECTOR_UNKNOWN,
                Decoded.json(NAMED, "1", "{\"vector\":{\"%s\":[1]}}".formatted("x".repeat(999)))
                        .reason());
    }

    @Test
    void rejectsAPayloadThatIsNoObject() {
        for (String payload : List.of("[]", "1", "\"text\"", "true")) {
            String value = "{\"vector\":[1,2,3],\"payload\":%s}".formatted(payload);
            assertEquals(PAYLOAD_MALFORMED, Decoded.json(SINGLE, "1", value).reason());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "null",
                "{",
                "{\"vector\":[1,2,3]",
                "{\"vector\":[1,2,3}",
                "{\"vector\":[1,2,3],}",
                "{\"vector\":[1,2,3]}}",
                "{\"vector\":[1,2,3]} x",
                "{\"vector\":[01,2,3]}",
                "{\"vector\":[1.,2,3]}",
                "{\"vector\":[1e,2,3]}",
                "{\"vector\":[1 2,3]}",
                "{\"vector\":[-,2,3]}",
                "{'vector':[1,2,3]}",
                "{vector:[1,2,3]}",
                "{\"vector\":[1,2,3],\"vector\":[1,2,3]}",
                "{\"vector\":[1,2,3],\"v\\u0065ctor\":[1,2,3]}",
                "{\"vector\":[1,2,3],\"payload\":{\"a\":1,\"a\":2}}",
                "{\"vector\":[1,2,3],\"payload\":{\"a\":{\"b\":1,\"b\":1}}}",
                "{\"vector\":[1,2,3],\"payload\":{\"a\":\"\\x\"}}",
                "{\"vector\":[1,2,3],\"payload\":{\"a\":\"\\u12g4\"}}",
                "{\"vector\":[1,2,3],\"payload\":{\"a\":\"tab\there\"}}",
                "{\"vector\":[1,2,3],\"payload\":{\"a\":nul}}",
                "{\"vector\":[1,2,3],\"payload\":{\"a\":.5}}",
                "{\"vector\":[1,2,3],\"payload\":{\"a\":+5}}",
                "\uFEFF{\"vector\":[1,2,3]}"
            })
    void rejectsWhatIsNotStrictJson(String value) {
        assertEquals(VALUE_MALFORMED, Decoded.json(SINGLE, "1", value).reason());
    }

    @Test
    void rejectsBytesThatAreNotUtf8() {
        for (int[] bytes :
                new int[][] {
                    {0x80},
                    {0xC3},
                    {0xC0, 0x80},
                    {0xE0, 0x9F, 0xBF},
                    {0xED, 0xA0, 0x80},
                    {0xF0, 0x8F, 0xBF, 0xBF},
                    {0xF4, 0x90, 0x80, 0x80},
                    {0xFF},
                    {0xE2, 0x82}
                }) {
            byte[] value = "{\"vector\":[1,2,3],\"x\":\"????\"}".getBytes(StandardCharsets.UTF_8);
            int at = value.length - 6;
            for (int i = 0; i < bytes.length; i++) {
                value[at + i] = (byte) bytes[i];
            }
            Decoded decoded =
                    Decoded.of(new JsonRecordDecoder(SINGLE), SINGLE, Decoded.record("1", value));
            assertEquals(VALUE_MALFORMED, decoded.reason());
        }
    }

    @Test
    void boundsDepthKeysAndDigits() {
        String deepest = "{\"vector\":[1,2,3],\"x\":%s%s}";
        assertEquals(
                Optional.empty(),
                Decoded.json(SINGLE, "1", deepest.formatted("[".repeat(31), "]".repeat(31)))
                        .rejection());
        assertEquals(
                VALUE_MALFORMED,
                Decoded.json(SINGLE, "1", deepest.formatted("[".repeat(32), "]".repeat(32)))
                        .reason());
        assertEquals(
                VALUE_MALFORMED,
                Decoded.json(SINGLE, "1", deepest.formatted("[".repeat(100_000), "")).reason());
        assertEquals(Optional.empty(), Decoded.json(SINGLE, "1", keys(1024)).rejection());
        assertEquals(VALUE_MALFORMED, Decoded.json(SINGLE, "1", keys(1025)).reason());
        assertEquals(VALUE_MALFORMED, reason("[1,2," + "3".repeat(1_000_000) + "]"));
    }

    @Test
    void aRejectedRecordDoesNotDisturbTheNext() {
        JsonRecordDecoder decoder = new JsonRecordDecoder(SINGLE);
        Decoded.of(decoder, SINGLE, Decoded.record("1", new byte[] {'{', '"'}));
        Decoded next =
                Decoded.of(
                        decoder,
                        SINGLE,
                        Decoded.record(
                                "2", "{\"vector\":[1,2,3]}".getBytes(StandardCharsets.UTF_8)));
        assertEquals(Map.of("", "[1.0, 2.0, 3.0]"), next.vectors());
    }

    private static RejectionReason reason(String vector) {
        return Decoded.json(SINGLE, "1", "{\"vector\":%s}".formatted(vector)).reason();
    }

    private static String keys(int count) {
        String members =
                IntStream.range(0, count)
                        .mapToObj("\"k%d\":0"::formatted)
                        .collect(Collectors.joining(","));
        return "{\"vector\":[1,2,3],\"payload\":{%s}}".formatted(members);
    }

    private static String base64(float... components) {
        ByteBuffer bytes =
                ByteBuffer.allocate(4 * components.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(components);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
