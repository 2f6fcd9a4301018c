package io.moraine.ingest.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.Seeds;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.InvalidOperationException;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.VectorSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** The decoder against a slow reference over Jackson, on good records and on damaged ones. */
class JsonRecordDecoderFuzzTest {

    private static final int ROUNDS = 30_000;
    private static final CollectionSchema SINGLE = CollectionSchema.single(4, Distance.DOT);
    private static final CollectionSchema NAMED =
            new CollectionSchema(
                    List.of(
                            new VectorSchema("a", 2, Distance.DOT),
                            new VectorSchema("ä\"", 3, Distance.DOT),
                            new VectorSchema("", 1, Distance.DOT)));

    private final RandomGenerator random = Seeds.random(getClass());
    private final JsonTexts texts = new JsonTexts(random);

    @Test
    void readsGeneratedRecordsAsTheReferenceDoes() {
        int accepted = 0;
        for (int i = 0; i < ROUNDS; i++) {
            CollectionSchema schema = random.nextBoolean() ? SINGLE : NAMED;
            accepted += compare(schema, texts.record(schema)) ? 1 : 0;
        }
        assertTrue(accepted > ROUNDS / 2, "accepted only " + accepted);
    }

    @Test
    void readsDamagedRecordsAsTheReferenceDoes() {
        int accepted = 0;
        for (int i = 0; i < ROUNDS; i++) {
            CollectionSchema schema = random.nextBoolean() ? SINGLE : NAMED;
            byte[] value = texts.record(schema);
            for (int damages = random.nextInt(1, 4); damages > 0; damages--) {
                value = damage(value);
            }
            accepted += compare(schema, value) ? 1 : 0;
        }
        assertTrue(accepted > 0 && accepted < ROUNDS, "accepted " + accepted);
    }

    /** The decoder that looks for fields takes and refuses what the fast one does. */
    @Test
    void theDecoderOfMappedFieldsAgreesOnTheUsualForm() {
        for (int i = 0; i < ROUNDS; i++) {
            CollectionSchema schema = random.nextBoolean() ? SINGLE : NAMED;
            byte[] value = texts.record(schema);
            if (random.nextBoolean()) {
                value = damage(value);
            }
            SourceRecord record = Decoded.record("k", value);
            String shown = new String(value, StandardCharsets.UTF_8);
            Decoded fast = Decoded.of(new JsonRecordDecoder(schema), schema, record);
            Decoded mapped =
                    Decoded.of(
                            new MappedJsonDecoder(schema, SourceOptions.DEFAULT, ""),
                            schema,
                            record);
            assertEquals(fast.rejection().isPresent(), mapped.rejection().isPresent(), shown);
            assertEquals(fast.vectors(), mapped.vectors(), shown);
            assertEquals(fast.payload(), mapped.payload(), shown);
        }
    }

    /** Whatever comes, it ends in an operation or in a rejection. */
    @Test
    void everyDecoderEndsInAnOperationOrARejection() {
        List<SourceOptions> sources =
                List.of(
                        SourceOptions.DEFAULT,
                        SourceOptions.of(RecordFormat.F32),
                        SourceOptions.of(RecordFormat.CLOUDEVENTS),
                        SourceOptions.parse(
                                "json",
                                "{\"fields\":{\"payload\":\"*\"},\"id\":{\"field\":\"payload.a\"},\"version\":{\"field\":\"x\"}}"));
        String[][] headers = {
            {"content-type", "application/cloudevents+json"},
            {"content-type", "application/octet-stream"},
            {"ce_specversion", "1.0"},
            {"moraine-op", "set_payload"},
            {"moraine-op", "delete_vectors"},
            {"moraine-op", "x"},
            {"moraine-format", "json"},
            {"payload", "{\"a\":1}"},
            {"payload", "{"}
        };
        int[] accepted = new int[sources.size()];
        for (int i = 0; i < ROUNDS; i++) {
            int which = random.nextInt(sources.size());
            SourceOptions options = sources.get(which);
            byte[] value = texts.record(SINGLE);
            if (random.nextInt(4) == 0) {
                value =
                        ("{\"specversion\":\"1.0\",\"data\":"
                                        + new String(value, StandardCharsets.UTF_8)
                                        + "}")
                                .getBytes(StandardCharsets.UTF_8);
            } else if (random.nextInt(4) == 0) {
                value = new byte[random.nextInt(20)];
                random.nextBytes(value);
            }
            for (int damages = random.nextInt(3); damages > 0; damages--) {
                value = damage(value);
            }
            RecordHeaders added = new RecordHeaders();
            for (int n = random.nextInt(3); n > 0; n--) {
                String[] header = headers[random.nextInt(headers.length)];
                added.add(header[0], header[1].getBytes(StandardCharsets.UTF_8));
            }
            SourceRecord record =
                    Decoded.record("k", random.nextInt(20) == 0 ? null : value, added);
            RecordDecoder decoder = RecordDecoder.of(SINGLE, options);
            try (OperationEncoder operation = new OperationEncoder(SINGLE)) {
                if (decoder.decode(record, operation).isEmpty()) {
                    operation.finish().checkStructure(SINGLE);
                    accepted[which]++;
                } else if (decoder.hide(record, operation)) {
                    operation.finish().checkStructure(SINGLE);
                }
            } catch (InvalidOperationException refused) {
                // The writer takes it for a rejection.
            }
        }
        for (int which = 0; which < accepted.length; which++) {
            assertTrue(accepted[which] > 0, "none accepted of source " + which);
        }
    }

    /** Jackson takes escaped halves of surrogate pairs in values, but not in keys. */
    private static final Pattern ESCAPED_SURROGATE = Pattern.compile("\\\\u[dD][89a-fA-F]");

    /** Compares what both make of a value; whether it was accepted. */
    private boolean compare(CollectionSchema schema, byte[] value) {
        String shown = new String(value, StandardCharsets.UTF_8);
        if (ESCAPED_SURROGATE.matcher(shown).find()) {
            return false;
        }
        Optional<Map.Entry<Map<String, String>, String>> expected =
                JsonReference.read(schema, value);
        Decoded decoded =
                Decoded.of(new JsonRecordDecoder(schema), schema, Decoded.record("k", value));
        assertEquals(
                expected.isEmpty(),
                decoded.rejection().isPresent(),
                () -> shown + "\n" + decoded.rejection() + "\n" + expected);
        if (expected.isPresent()) {
            assertEquals(expected.get().getKey(), decoded.vectors(), shown);
            assertEquals(expected.get().getValue(), decoded.payload(), shown);
        }
        return expected.isPresent();
    }

    private byte[] damage(byte[] value) {
        if (value.length == 0) {
            return value;
        }
        int at = random.nextInt(value.length);
        String alphabet = "{}[]\":,\\ \t0-9.eEtfnu/+=\u0001";
        byte replacement =
                random.nextInt(8) == 0
                        ? (byte) random.nextInt(256)
                        : (byte) alphabet.charAt(random.nextInt(alphabet.length()));
        int cut = random.nextInt(3) == 0 ? random.nextInt(1, 5) : 1;
        int insert = random.nextInt(3) == 0 ? 0 : 1;
        int rest = Math.min(value.length, at + (random.nextInt(3) == 0 ? 0 : cut));
        byte[] damaged = new byte[at + insert + value.length - rest];
        System.arraycopy(value, 0, damaged, 0, at);
        if (insert == 1) {
            damaged[at] = replacement;
        }
        System.arraycopy(value, rest, damaged, at + insert, value.length - rest);
        return damaged;
    }
}
