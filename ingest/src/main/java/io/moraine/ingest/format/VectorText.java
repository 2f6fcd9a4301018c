package io.moraine.ingest.format;

import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.storage.json.FloatRun;
import io.moraine.storage.json.FloatRuns;
import io.moraine.storage.json.FloatText;
import io.moraine.storage.json.JsonException;
import io.moraine.storage.model.VectorSchema;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Reads one vector out of a JSON text into off-heap memory: an array of numbers, or a string of
 * base64 (RFC 4648, section 4) over little-endian 32-bit floats. Whether those are finite is for
 * the shard to say, which looks at every vector.
 *
 * <p>Keeps its memory from vector to vector; belongs to one thread at a time.
 */
final class VectorText {

    static final ValueLayout.OfFloat F32 =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int ABSENT = -1;

    private final FloatRun numbers = FloatRuns.fastest();
    private final FloatText number = new FloatText();
    private float[] components = new float[0];
    private byte[] encoded = new byte[0];
    private byte[] decoded = new byte[0];

    /** Reads the vector at the cursor, which then stands behind it. */
    void read(JsonCursor cursor, VectorSchema schema, MemorySegment components) throws DecodeFault {
        switch (cursor.peek()) {
            case '[' -> readArray(cursor, schema, components);
            case '"' -> readBase64(cursor, schema, components);
            default ->
                    throw new DecodeFault(
                            RejectionReason.VECTOR_MALFORMED,
                            "vector%s is neither an array nor base64 text, at byte %d"
                                    .formatted(named(schema), cursor.position()));
        }
    }

    /** Says that a vector has not as many components as it should. */
    static DecodeFault wrongDimension(VectorSchema schema, String got) {
        return new DecodeFault(
                RejectionReason.VECTOR_DIMENSION,
                "wrong vector dimension%s: expected %d, got %s"
                        .formatted(named(schema), schema.size(), got));
    }

    private void readArray(JsonCursor cursor, VectorSchema schema, MemorySegment memory)
            throws DecodeFault {
        cursor.enterArray();
        byte[] text = cursor.text();
        int limit = cursor.limit();
        int size = schema.size();
        int at = cursor.position();
        int count = 0;
        if (components.length != size) {
            components = new float[size];
        }
        boolean more = cursor.peek() != ']';
        while (more) {
            int read = readNumbers(text, at, limit, count);
            if (read > 0) {
                at = numbers.end();
            } else {
                float component = readNumber(text, at, limit, schema);
                if (count < size) {
                    components[count] = component;
                }
                read = 1;
                at = number.end();
            }
            count += read;
            at = JsonCursor.afterSpace(text, at, limit);
            more = at < limit && text[at] == ',';
            if (more) {
                at = JsonCursor.afterSpace(text, at + 1, limit);
            }
        }
        cursor.moveTo(at);
        cursor.leaveArray();
        if (count != size) {
            throw wrongDimension(schema, Integer.toString(count));
        }
        MemorySegment.copy(components, 0, memory, F32, 0, size);
    }

    /** Reads components that stand together, from one of them on; says how many. */
    private int readNumbers(byte[] text, int at, int limit, int from) throws DecodeFault {
        try {
            return numbers.read(text, at, limit, components, from);
        } catch (JsonException malformed) {
            throw malformed(malformed);
        }
    }

    private float readNumber(byte[] text, int at, int limit, VectorSchema schema)
            throws DecodeFault {
        byte c = at < limit ? text[at] : 0;
        if (c != '-' && (c < '0' || c > '9')) {
            throw new DecodeFault(
                    RejectionReason.VECTOR_MALFORMED,
                    "vector%s holds something that is no number, at byte %d"
                            .formatted(named(schema), at));
        }
        try {
            float component = number.read(text, at, limit);
            if (number.end() - at > JsonCursor.NUMBER_LENGTH_MAX) {
                throw JsonCursor.tooLong(at);
            }
            return component;
        } catch (JsonException malformed) {
            throw malformed(malformed);
        }
    }

    private static DecodeFault malformed(JsonException cause) {
        return new DecodeFault(RejectionReason.VALUE_MALFORMED, String.valueOf(cause.getMessage()));
    }

    private void readBase64(JsonCursor cursor, VectorSchema schema, MemorySegment components)
            throws DecodeFault {
        int bytes = Math.toIntExact(schema.byteSize());
        int padded = (bytes + 2) / 3 * 4;
        int start = cursor.position() + 1;
        int end = start + padded;
        int length = ABSENT;
        if (end < cursor.limit() && cursor.text()[end] == '"') {
            // The common case, known by its length. A quote or an escape inside is no base64.
            encoded = ofLength(encoded, padded);
            System.arraycopy(cursor.text(), start, encoded, 0, padded);
            decoded = ofLength(decoded, padded);
            length = decode(encoded);
        }
        if (length == ABSENT) {
            boolean escaped = cursor.skipString();
            byte[] text = stringBytes(cursor.text(), start, cursor.position() - 1, escaped);
            decoded = ofLength(decoded, Math.max(bytes, text.length));
            length = decode(text);
        } else {
            cursor.moveTo(end + 1);
        }
        if (length == ABSENT) {
            throw new DecodeFault(
                    RejectionReason.VECTOR_MALFORMED,
                    "vector%s is not base64, at byte %d".formatted(named(schema), start));
        }
        if (length != bytes) {
            throw wrongDimension(
                    schema, length % 4 == 0 ? Integer.toString(length / 4) : length + " bytes");
        }
        MemorySegment.copy(decoded, 0, components, ValueLayout.JAVA_BYTE, 0, bytes);
    }

    /** Decodes into the scratch memory; the number of bytes, or {@link #ABSENT} for no base64. */
    private int decode(byte[] text) {
        try {
            return Base64.getDecoder().decode(text, decoded);
        } catch (IllegalArgumentException notBase64) {
            return ABSENT;
        }
    }

    private static byte[] stringBytes(byte[] text, int start, int end, boolean escaped) {
        String plain =
                escaped
                        ? JsonCursor.unescape(text, start, end)
                        : new String(text, start, end - start, StandardCharsets.UTF_8);
        // Anything beyond ISO 8859-1 becomes '?', which is no base64 either.
        return plain.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] ofLength(byte[] scratch, int length) {
        return scratch.length == length ? scratch : new byte[length];
    }

    private static String named(VectorSchema schema) {
        return schema.name().isEmpty() ? "" : " '" + schema.name() + "'";
    }
}
