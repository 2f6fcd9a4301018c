package io.moraine.queryapi.wire;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes one JSON text into memory that grows up to a limit. Commas are its business; that names
 * and values alternate inside objects is the caller's.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class JsonWriter {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final int limit;
    private byte[] bytes = new byte[1024];
    private int length;

    /** Whether a comma is due before the next name or element. */
    private boolean comma;

    /**
     * Starts with nothing.
     *
     * @param limit most bytes
     */
    public JsonWriter(int limit) {
        this.limit = limit;
    }

    /** The array that starts with the text; not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** Bytes of the text. */
    public int length() {
        return length;
    }

    public JsonWriter beginObject() {
        return open('{');
    }

    public JsonWriter endObject() {
        return close('}');
    }

    public JsonWriter beginArray() {
        return open('[');
    }

    public JsonWriter endArray() {
        return close(']');
    }

    /** A key; its value follows. */
    public JsonWriter name(String name) {
        value(name);
        put(':');
        comma = false;
        return this;
    }

    public JsonWriter value(String text) {
        separate();
        put('"');
        for (int i = 0; i < text.length(); i++) {
            i += character(text, i);
        }
        put('"');
        return this;
    }

    public JsonWriter value(long number) {
        return ascii(Long.toString(number));
    }

    /** A 64-bit integer without sign. */
    public JsonWriter unsigned(long number) {
        return ascii(Long.toUnsignedString(number));
    }

    public JsonWriter value(boolean value) {
        return ascii(value ? "true" : "false");
    }

    /** The shortest decimal that reads back as the same float; null if it is not finite. */
    public JsonWriter value(float number) {
        return ascii(Float.isFinite(number) ? Float.toString(number) : "null");
    }

    /** The shortest decimal that reads back as the same double; null if it is not finite. */
    public JsonWriter value(double number) {
        return ascii(Double.isFinite(number) ? Double.toString(number) : "null");
    }

    public JsonWriter nothing() {
        return ascii("null");
    }

    /** All components. */
    public JsonWriter value(float[] components) {
        beginArray();
        for (float component : components) {
            value(component);
        }
        return endArray();
    }

    /** A value that is JSON already, byte for byte. */
    public JsonWriter raw(byte[] json, int from, int to) {
        separate();
        reserve(to - from);
        System.arraycopy(json, from, bytes, length, to - from);
        length += to - from;
        return this;
    }

    private JsonWriter open(char bracket) {
        separate();
        put(bracket);
        comma = false;
        return this;
    }

    private JsonWriter close(char bracket) {
        put(bracket);
        comma = true;
        return this;
    }

    private JsonWriter ascii(String text) {
        separate();
        int count = text.length();
        reserve(count);
        for (int i = 0; i < count; i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
        return this;
    }

    /** Writes the character at an index; returns how many further char units it took. */
    private int character(String text, int index) {
        char c = text.charAt(index);
        if (c == '"' || c == '\\') {
            put('\\');
            put(c);
        } else if (c < 0x20 || c == 0x7f || Character.isSurrogate(c)) {
            int point = text.codePointAt(index);
            if (Character.isSupplementaryCodePoint(point)) {
                utf8(Character.toString(point));
                return 1;
            }
            escape(c);
        } else if (c < 0x80) {
            put(c);
        } else {
            utf8(Character.toString(c));
        }
        return 0;
    }

    private void utf8(String character) {
        for (byte b : character.getBytes(StandardCharsets.UTF_8)) {
            put(b);
        }
    }

    private void escape(char c) {
        put('\\');
        put('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            put(HEX[c >> shift & 0xf]);
        }
    }

    private void separate() {
        if (comma) {
            put(',');
        }
        comma = true;
    }

    private void put(int b) {
        reserve(1);
        bytes[length++] = (byte) b;
    }

    private void reserve(int more) {
        if (more <= bytes.length - length) {
            return;
        }
        if (more > limit - length) {
            throw new ApiException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "the answer is limited to %d bytes on this server; lower 'limit', or leave out payloads or vectors"
                            .formatted(limit));
        }
        bytes =
                Arrays.copyOf(
                        bytes, (int) Math.min(limit, Math.max(2L * length, (long) length + more)));
    }
}
