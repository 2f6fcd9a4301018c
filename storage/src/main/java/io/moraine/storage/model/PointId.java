package io.moraine.storage.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;

/**
 * A point's identity: an unsigned 64-bit integer, a UUID, a text or raw bytes.
 *
 * <p>An id and the Kafka record key of its point determine each other. A textual key that is a
 * canonical unsigned 64-bit integer <em>is</em> that integer id, UUID text in its canonical
 * lower-case form is that UUID, any other valid UTF-8 is a text id, and the rest are bytes. Texts
 * and bytes are at most {@value #KEY_BYTES_MAX} bytes long and never empty.
 *
 * <p>Encoded form (what operations, segments and hash tables hold): one kind byte, then 8 bytes
 * little-endian for an integer, 16 bytes big-endian for a UUID, UTF-8 for a text, the bytes
 * themselves otherwise. Two ids are equal exactly when their encoded forms are.
 */
public sealed interface PointId {

    /** Longest record key, in bytes, that can be an id. */
    int KEY_BYTES_MAX = 512;

    /** Longest encoded form, in bytes. */
    int ENCODED_BYTES_MAX = KEY_BYTES_MAX + 1;

    /** First byte of the encoded form of an unsigned integer. */
    byte KIND_NUMERIC = 1;

    /** First byte of the encoded form of a UUID. */
    byte KIND_UUID = 2;

    /** First byte of the encoded form of a text. */
    byte KIND_TEXT = 3;

    /** First byte of the encoded form of raw bytes. */
    byte KIND_BINARY = 4;

    /** An unsigned 64-bit integer. */
    record Numeric(long value) implements PointId {
        @Override
        public byte[] encoded() {
            return ByteBuffer.allocate(9)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put(KIND_NUMERIC)
                    .putLong(value)
                    .array();
        }

        @Override
        public String toString() {
            return Long.toUnsignedString(value);
        }
    }

    /** A UUID. */
    record Uuid(UUID value) implements PointId {
        @Override
        public byte[] encoded() {
            return ByteBuffer.allocate(17)
                    .put(KIND_UUID)
                    .putLong(value.getMostSignificantBits())
                    .putLong(value.getLeastSignificantBits())
                    .array();
        }

        @Override
        public String toString() {
            return value.toString();
        }
    }

    /** A text that is neither an unsigned integer nor a UUID. */
    record Text(String value) implements PointId {
        public Text {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            checkLength(utf8.length);
            if (PointIdText.isNumeric(utf8, 0, utf8.length)
                    || PointIdText.isUuid(utf8, 0, utf8.length)) {
                throw new IllegalArgumentException(
                        "a text id cannot read as an integer or a UUID: " + value);
            }
            if (!new String(utf8, StandardCharsets.UTF_8).equals(value)) {
                throw new IllegalArgumentException("text id is not well-formed Unicode");
            }
        }

        @Override
        public byte[] encoded() {
            return withKind(KIND_TEXT, value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return value;
        }
    }

    /** Bytes that are not valid UTF-8. */
    final class Binary implements PointId {
        private final byte[] value;

        private Binary(byte[] value) {
            this.value = value;
        }

        @Override
        public byte[] encoded() {
            return withKind(KIND_BINARY, value);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Binary that && Arrays.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }

        /** The bytes in hexadecimal, after {@code 0x}. */
        @Override
        public String toString() {
            return "0x" + HexFormat.of().formatHex(value);
        }
    }

    /** The encoded form, a fresh array. */
    byte[] encoded();

    /** The record key that stands for this id, a fresh array. */
    default byte[] key() {
        return switch (this) {
            case Numeric numeric -> numeric.toString().getBytes(StandardCharsets.US_ASCII);
            case Uuid uuid -> uuid.toString().getBytes(StandardCharsets.US_ASCII);
            case Text text -> text.value().getBytes(StandardCharsets.UTF_8);
            case Binary binary -> binary.value.clone();
        };
    }

    /**
     * The id that a text names.
     *
     * @throws IllegalArgumentException if the text is empty, too long or not well-formed Unicode
     */
    static PointId of(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        checkLength(utf8.length);
        if (PointIdText.isNumeric(utf8, 0, utf8.length)) {
            return new Numeric(Long.parseUnsignedLong(text));
        }
        if (PointIdText.isUuid(utf8, 0, utf8.length)) {
            return new Uuid(UUID.fromString(text));
        }
        return new Text(text);
    }

    /** The id of an unsigned 64-bit integer. */
    static PointId of(long unsigned) {
        return new Numeric(unsigned);
    }

    /** The id of a UUID. */
    static PointId of(UUID uuid) {
        return new Uuid(uuid);
    }

    /**
     * The id that a record key stands for; does not keep the array.
     *
     * @throws IllegalArgumentException if the key is empty or too long
     */
    static PointId ofKey(byte[] key) {
        checkLength(key.length);
        try {
            return of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString());
        } catch (CharacterCodingException notText) {
            return new Binary(key.clone());
        }
    }

    /**
     * Reads an encoded id.
     *
     * @param memory where the encoded form lies
     * @param position its first byte
     * @param length its length in bytes
     * @throws IllegalArgumentException if the bytes are no encoded id
     */
    static PointId decode(MemorySegment memory, long position, int length) {
        if (length < 2 || length > ENCODED_BYTES_MAX) {
            throw new IllegalArgumentException("encoded id has length " + length);
        }
        byte[] bytes = memory.asSlice(position, length).toArray(ValueLayout.JAVA_BYTE);
        return switch (bytes[0]) {
            case KIND_NUMERIC -> {
                expectLength(length, 9);
                yield new Numeric(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(1));
            }
            case KIND_UUID -> {
                expectLength(length, 17);
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                yield new Uuid(new UUID(buffer.getLong(1), buffer.getLong(9)));
            }
            case KIND_TEXT -> new Text(new String(bytes, 1, length - 1, StandardCharsets.UTF_8));
            case KIND_BINARY -> new Binary(Arrays.copyOfRange(bytes, 1, length));
            default -> throw new IllegalArgumentException("unknown id kind " + bytes[0]);
        };
    }

    private static void checkLength(int keyBytes) {
        if (keyBytes < 1 || keyBytes > KEY_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a point id has 1 to " + KEY_BYTES_MAX + " bytes, got " + keyBytes);
        }
    }

    private static void expectLength(int length, int expected) {
        if (length != expected) {
            throw new IllegalArgumentException(
                    "encoded id has length " + length + ", expected " + expected);
        }
    }

    private static byte[] withKind(byte kind, byte[] value) {
        byte[] encoded = new byte[value.length + 1];
        encoded[0] = kind;
        System.arraycopy(value, 0, encoded, 1, value.length);
        return encoded;
    }
}
