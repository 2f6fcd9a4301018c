package io.moraine.storage.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointIdTest {

    @ParameterizedTest
    @ValueSource(strings = {"0", "7", "42", "9223372036854775808", "18446744073709551615"})
    void canonicalUnsignedIntegersAreIntegers(String text) {
        assertEquals(PointId.of(Long.parseUnsignedLong(text)), PointId.of(text));
        assertEquals(text, PointId.of(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "007",
                "-1",
                "+1",
                "1.0",
                "1e3",
                " 1",
                "18446744073709551616",
                "99999999999999999999",
                "123456789012345678901"
            })
    void otherNumbersAreTexts(String text) {
        assertEquals(new PointId.Text(text), PointId.of(text));
    }

    @Test
    void onlyCanonicalUuidTextIsAUuid() {
        String canonical = "0a1b2c3d-4e5f-6789-abcd-ef0123456789";
        assertEquals(PointId.of(UUID.fromString(canonical)), PointId.of(canonical));
        assertInstanceOf(
                PointId.Text.class, PointId.of(canonical.toUpperCase(java.util.Locale.ROOT)));
        assertInstanceOf(PointId.Text.class, PointId.of(canonical.replace("-", "")));
        assertInstanceOf(PointId.Text.class, PointId.of(canonical.replace('d', 'g')));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "18446744073709551615",
                "coffee.n.01",
                "ü",
                "東京",
                "\uD83D\uDE00",
                "a\u0000b",
                "0a1b2c3d-4e5f-6789-abcd-ef0123456789"
            })
    void idAndKeyDetermineEachOther(String text) {
        PointId id = PointId.of(text);
        assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), id.key());
        assertEquals(id, PointId.ofKey(id.key()));
        assertEquals(id, decoded(id));
    }

    @Test
    void keysThatAreNotUtf8AreBytes() {
        byte[] key = {(byte) 0xC0, (byte) 0x80, 1};
        PointId id = PointId.ofKey(key);
        assertInstanceOf(PointId.Binary.class, id);
        assertArrayEquals(key, id.key());
        assertEquals(id, decoded(id));
        assertEquals("0xc08001", id.toString());
    }

    @Test
    void bytesAreNotSharedWithTheCaller() {
        byte[] key = {(byte) 0xFF, 1};
        PointId id = PointId.ofKey(key);
        key[1] = 2;
        id.key()[1] = 3;
        assertArrayEquals(new byte[] {(byte) 0xFF, 1}, id.key());
    }

    @Test
    void emptyAndOverlongIdsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> PointId.of(""));
        assertThrows(IllegalArgumentException.class, () -> PointId.ofKey(new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> PointId.of("x".repeat(513)));
        assertEquals(512, PointId.of("x".repeat(512)).key().length);
    }

    @Test
    void loneSurrogatesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> PointId.of("a\uD800"));
    }

    @Test
    void damagedEncodingsAreRefused() {
        byte[] unknownKind = {9, 1, 2};
        byte[] shortInteger = {PointId.KIND_NUMERIC, 1};
        byte[] longUuid = new byte[18];
        longUuid[0] = PointId.KIND_UUID;
        for (byte[] bytes : new byte[][] {unknownKind, shortInteger, longUuid, {}}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> PointId.decode(MemorySegment.ofArray(bytes), 0, bytes.length));
        }
    }

    private static PointId decoded(PointId id) {
        byte[] encoded = id.encoded();
        return PointId.decode(MemorySegment.ofArray(encoded), 0, encoded.length);
    }
}
