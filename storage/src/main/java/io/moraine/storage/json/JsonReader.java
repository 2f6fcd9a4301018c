package io.moraine.storage.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON text (RFC 8259) from bytes, value by value, in the order of the text.
 *
 * <p>Strict: no comments, no trailing commas, no repeated keys, no text behind the value, nothing
 * beyond the {@link JsonLimits}. The bytes must be well-formed UTF-8, see {@link Utf8}. Every
 * method throws {@link JsonException} when the text is not what the method reads.
 *
 * <p>An object is read with {@link #beginObject} and {@link #nextName} until that returns null, an
 * array with {@link #beginArray} and {@link #nextElement} until that returns false; every name and
 * element is followed by exactly one read of its value.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class JsonReader {

    private final byte[] bytes;
    private final int end;
    private final JsonLimits limits;
    private final List<KeySet> keys = new ArrayList<>();
    private final FloatText floatText = new FloatText();
    private @Nullable FloatRun floatRun;
    private int at;
    private int depth;

    /** Whether the innermost object or array has shown nothing yet. */
    private boolean first;

    public JsonReader(byte[] bytes, int from, int to, JsonLimits limits) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
        this.limits = limits;
    }

    /** Reads a whole array with the default limits. */
    public static JsonReader of(byte[] bytes) {
        return new JsonReader(bytes, 0, bytes.length, JsonLimits.DEFAULT);
    }

    /** What the next value is; consumes nothing but white space. */
    public JsonKind peek() {
        skipSpace();
        int c = at < end ? bytes[at] : -1;
        return switch (c) {
            case '{' -> JsonKind.OBJECT;
            case '[' -> JsonKind.ARRAY;
            case '"' -> JsonKind.STRING;
            case 't', 'f' -> JsonKind.BOOLEAN;
            case 'n' -> JsonKind.NULL;
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> JsonKind.NUMBER;
            case -1 -> throw fault("the text ends where a value should be");
            default -> throw fault("expected a value");
        };
    }

    /** Index of the next byte to read: before a value after {@link #peek}, behind it once read. */
    public int position() {
        return at;
    }

    /** Opens an object. */
    public void beginObject() {
        expect(JsonKind.OBJECT);
        enter();
        while (keys.size() < depth) {
            keys.add(new KeySet());
        }
        keys.get(depth - 1).clear();
    }

    /** The next key of the innermost object, or null when it ended. */
    public @Nullable String nextName() {
        if (leaveOrSeparate('}')) {
            return null;
        }
        if (at >= end || bytes[at] != '"') {
            throw fault("expected a key in double quotes");
        }
        int start = at;
        String name = text(limits.keyBytes(), "key");
        KeySet seen = keys.get(depth - 1);
        if (seen.size() >= limits.keysPerObject()) {
            throw new JsonException("more than " + limits.keysPerObject() + " keys", start);
        }
        if (!seen.add(name)) {
            throw new JsonException("key '" + name + "' appears twice", start);
        }
        skipSpace();
        if (at >= end || bytes[at] != ':') {
            throw fault("expected ':' after a key");
        }
        at++;
        return name;
    }

    /** Opens an array. */
    public void beginArray() {
        expect(JsonKind.ARRAY);
        enter();
    }

    /** Whether the innermost array has one more element, which is read next. */
    public boolean nextElement() {
        return !leaveOrSeparate(']');
    }

    /** Reads a string. */
    public String string() {
        expect(JsonKind.STRING);
        return text(limits.stringBytes(), "string");
    }

    /** Reads true or false. */
    public boolean bool() {
        expect(JsonKind.BOOLEAN);
        boolean value = bytes[at] == 't';
        literal(value ? "true" : "false");
        return value;
    }

    /** Reads null if it is next, and says so. */
    public boolean nullIfNext() {
        if (peek() != JsonKind.NULL) {
            return false;
        }
        literal("null");
        return true;
    }

    /** Reads a number and returns its text as written. */
    public String number() {
        int start = beginNumber();
        at = numberEnd(start);
        return new String(bytes, start, at - start, StandardCharsets.ISO_8859_1);
    }

    /** Reads a number as the nearest float; infinite when it is too large for one. */
    public float floatNumber() {
        return floatAt(beginNumber());
    }

    /**
     * Reads an array of numbers as floats.
     *
     * @param values where to put them; grows when there are more
     * @param countMax most numbers
     * @return the given array if it was filled exactly, else another one of the right length; too
     *     large numbers are infinite
     */
    public float[] floats(float[] values, int countMax) {
        FloatRun run = floatRun == null ? FloatRuns.fastest() : floatRun;
        floatRun = run;
        float[] found = values;
        int count = 0;
        int start = at;
        beginArray();
        while (nextElement()) {
            if (count >= countMax) {
                throw new JsonException("more than " + countMax + " numbers", start);
            }
            if (count == found.length) {
                found = Arrays.copyOf(found, Math.min(countMax, Math.max(16, 4 * count)));
            }
            int read = run.read(bytes, at, end, found, count);
            if (read > 0) {
                count += read;
                at = run.end();
            } else {
                found[count++] = floatAt(beginNumber());
            }
        }
        return count == found.length ? found : Arrays.copyOf(found, count);
    }

    /** What the first element of the array that comes next is; empty if there is none. */
    public Optional<JsonKind> peekElement() {
        int before = at;
        beginArray();
        boolean any = nextElement();
        Optional<JsonKind> kind = any ? Optional.of(peek()) : Optional.empty();
        depth -= any ? 1 : 0;
        at = before;
        return kind;
    }

    /** Checks a whole value and moves behind it. */
    public void skip() {
        switch (peek()) {
            case STRING -> skipText(limits.stringBytes(), "string");
            case NUMBER -> at = numberEnd(at);
            case BOOLEAN -> bool();
            case NULL -> literal("null");
            case OBJECT -> {
                beginObject();
                while (nextName() != null) {
                    skip();
                }
            }
            case ARRAY -> {
                beginArray();
                while (nextElement()) {
                    skip();
                }
            }
        }
    }

    /** Expects the end of the text. */
    public void end() {
        skipSpace();
        if (at < end) {
            throw fault("expected nothing after the value");
        }
    }

    private JsonException fault(String message) {
        return new JsonException(message, at);
    }

    private void expect(JsonKind wanted) {
        JsonKind found = peek();
        if (found != wanted) {
            throw fault("expected " + wanted.words() + ", got " + found.words());
        }
    }

    private void enter() {
        if (depth == limits.depth()) {
            throw fault("nested deeper than " + limits.depth());
        }
        depth++;
        at++;
        first = true;
    }

    /** At the closing byte: consumes it and says true; else consumes the comma if one is due. */
    private boolean leaveOrSeparate(char close) {
        skipSpace();
        if (at >= end) {
            throw fault("the text ends before '" + close + "'");
        }
        if (bytes[at] == close) {
            at++;
            depth--;
            first = false;
            return true;
        }
        if (!first) {
            if (bytes[at] != ',') {
                throw fault("expected ',' or '" + close + "'");
            }
            at++;
            skipSpace();
            if (at < end && bytes[at] == close) {
                throw fault("expected a value after ','");
            }
        }
        first = false;
        return false;
    }

    private void skipSpace() {
        while (at < end) {
            int c = bytes[at];
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return;
            }
            at++;
        }
    }

    private void literal(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (at + i >= end || bytes[at + i] != word.charAt(i)) {
                throw fault("expected " + word);
            }
        }
        at += word.length();
    }

    private int beginNumber() {
        expect(JsonKind.NUMBER);
        return at;
    }

    private float floatAt(int start) {
        float value = floatText.read(bytes, start, end);
        at = floatText.end();
        if (at - start > limits.numberLength()) {
            throw tooLong(start);
        }
        return value;
    }

    private JsonException tooLong(int start) {
        return new JsonException(
                "number of more than " + limits.numberLength() + " characters", start);
    }

    /** Checks the number at a position and returns where it ends. */
    private int numberEnd(int start) {
        int i = start;
        if (bytes[i] == '-') {
            i++;
        }
        int whole = i;
        i = digitsEnd(i);
        if (i > whole + 1 && bytes[whole] == '0') {
            throw new JsonException("a number cannot start with 0", start);
        }
        boolean complete = i > whole;
        if (i < end && bytes[i] == '.') {
            int fraction = i + 1;
            i = digitsEnd(fraction);
            complete &= i > fraction;
        }
        if (i < end && (bytes[i] == 'e' || bytes[i] == 'E')) {
            i++;
            if (i < end && (bytes[i] == '+' || bytes[i] == '-')) {
                i++;
            }
            int exponent = i;
            i = digitsEnd(exponent);
            complete &= i > exponent;
        }
        if (!complete) {
            throw new JsonException("incomplete number", start);
        }
        if (i - start > limits.numberLength()) {
            throw tooLong(start);
        }
        return i;
    }

    private int digitsEnd(int from) {
        int i = from;
        while (i < end && bytes[i] >= '0' && bytes[i] <= '9') {
            i++;
        }
        return i;
    }

    /** Reads the string at the current position. */
    private String text(int bytesMax, String what) {
        int start = at + 1;
        boolean escaped = skipText(bytesMax, what);
        return escaped
                ? JsonStrings.unescape(bytes, start, at - 1)
                : new String(bytes, start, at - 1 - start, StandardCharsets.UTF_8);
    }

    /** Moves behind the string at the current position; tells whether it holds escapes. */
    private boolean skipText(int bytesMax, String what) {
        int start = at + 1;
        int i = start;
        boolean escaped = false;
        while (true) {
            if (i >= end) {
                throw fault("unfinished " + what);
            }
            int c = bytes[i];
            if (c == '"') {
                break;
            }
            if (c == '\\') {
                escaped = true;
                i += JsonStrings.escapeLength(bytes, i, end);
            } else if (c >= 0 && c < 0x20) {
                throw new JsonException("control character in a " + what, i);
            } else {
                i++;
            }
        }
        if (i - start > bytesMax) {
            throw fault(what + " of more than " + bytesMax + " bytes");
        }
        at = i + 1;
        return escaped;
    }
}
