package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.VectorSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
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
