package io.moraine.ingest.format;

import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.RejectionReason;
import java.nio.charset.StandardCharsets;

/**
 * Walks over JSON text byte by byte and checks it on the way, without making objects: RFC 8259 to
 * the letter, well-formed UTF-8, no key twice in one object, at most {@value #DEPTH_MAX} levels and
 * {@value #KEYS_MAX} keys per object. Escaped surrogates need not pair up.
 *
 * <p>Keeps its memory from text to text; belongs to one thread at a time.
 */
final class JsonCursor {

    /** Deepest nesting of objects and arrays. */
    static final int DEPTH_MAX = 32;

    /** Most keys in one object. */
    static final int KEYS_MAX = 1024;

    /** Longest number, in characters. */
    static final int NUMBER_LENGTH_MAX = 1000;

    private final JsonKeys keys = new JsonKeys();
    private byte[] text = new byte[0];
    private int position;
    private int limit;
    private int depth;

    /** Starts at a text's first byte that is not white space. */
    void start(byte[] text) throws DecodeFault {
        this.text = text;
        position = 0;
        limit = text.length;
        depth = 0;
        keys.start(text);
        skipSpace();
    }

    byte[] text() {
        return text;
    }

    int position() {
        return position;
    }

    int limit() {
        return limit;
    }

    void moveTo(int position) {
        this.position = position;
    }

    /** Throws unless nothing but white space is left. */
    void expectEnd() throws DecodeFault {
        skipSpace();
        if (position < limit) {
            throw fault("text goes on after its end");
        }
    }

    /** The byte here, 0 at the end of the text. */
    byte peek() {
        return position < limit ? text[position] : 0;
    }

    void skipSpace() {
        position = afterSpace(text, position, limit);
    }

    /** The first place at or behind another that holds no white space, at most the limit. */
    static int afterSpace(byte[] text, int from, int limit) {
        int at = from;
        while (at < limit && isSpace(text[at])) {
            at++;
        }
        return at;
    }

    /** Steps over one given byte and the white space behind it. */
    void expect(char wanted) throws DecodeFault {
        if (peek() != wanted) {
            throw fault("expected '" + wanted + "'");
        }
        position++;
        skipSpace();
    }

    /** Steps into an object; {@link #nextKey} then leads from member to member. */
    void enterObject() throws DecodeFault {
        enter('{');
        keys.enter();
    }

    /**
     * Moves to the value of the next member, or behind the object's end.
     *
     * @param first whether it would be the object's first member
     * @return whether there is one; {@link #keyIs} and {@link #key} then tell its key
     */
    boolean nextKey(boolean first) throws DecodeFault {
        skipSpace();
        if (peek() == '}') {
            position++;
            depth--;
            keys.leave();
            return false;
        }
        if (!first) {
            expect(',');
        }
        int start = position + 1;
        boolean escaped = skipString();
        if (!keys.add(start, position - 1, escaped)) {
            throw fault("a key stands twice in one object, or more than " + KEYS_MAX + " keys");
        }
        skipSpace();
        expect(':');
        return true;
    }

    /** Whether the key found last reads so. */
    boolean keyIs(String wanted) throws DecodeFault {
        return keys.lastIs(wanted);
    }

    /** The key found last. */
    String key() throws DecodeFault {
        return keys.last();
    }

    /** Steps into an array, to its first value or its end. */
    void enterArray() throws DecodeFault {
        enter('[');
    }

    /** Steps over the end of an array. */
    void leaveArray() throws DecodeFault {
        if (peek() != ']') {
            throw fault("expected ',' or ']'");
        }
        position++;
        depth--;
    }

    /** Steps over a value of any kind. */
    void skipValue() throws DecodeFault {
        switch (peek()) {
            case '{' -> skipObject();
            case '[' -> skipArray();
            case '"' -> skipString();
            case 't' -> skipLiteral("true");
            case 'f' -> skipLiteral("false");
            case 'n' -> skipLiteral("null");
            default -> skipNumber();
        }
    }

    /**
     * Steps over a string.
     *
     * @return whether it contains escapes
     */
    boolean skipString() throws DecodeFault {
        if (peek() != '"') {
            throw fault("expected a string");
        }
        boolean escaped = false;
        int at = position + 1;
        while (at < limit) {
            byte c = text[at];
            if (c == '"') {
                position = at + 1;
                return escaped;
            } else if (c == '\\') {
                escaped = true;
                at = afterEscape(at);
            } else if (c >= ' ') {
                at++;
            } else if (c < 0) {
                at = afterMultiByte(at);
            } else {
                throw faultAt(at, "control character in a string");
            }
        }
        throw faultAt(position, "string does not end");
    }

    /** Steps over a literal such as {@code null}. */
    void skipLiteral(String literal) throws DecodeFault {
        for (int i = 0; i < literal.length(); i++) {
            if (peek() != literal.charAt(i)) {
                throw fault("expected '" + literal + "'");
            }
            position++;
        }
    }

    static DecodeFault tooLong(int at) {
        return faultAt(at, "number of more than " + NUMBER_LENGTH_MAX + " characters");
    }

    DecodeFault fault(String message) {
        return faultAt(position, message);
    }

    private static DecodeFault faultAt(int at, String message) {
        return new DecodeFault(RejectionReason.VALUE_MALFORMED, message + " at byte " + at);
    }

    private void enter(char opening) throws DecodeFault {
        if (++depth > DEPTH_MAX) {
            throw fault("nested deeper than " + DEPTH_MAX + " levels");
        }
        expect(opening);
    }

    private void skipObject() throws DecodeFault {
        enterObject();
        boolean first = true;
        while (nextKey(first)) {
            skipValue();
            first = false;
        }
    }

    private void skipArray() throws DecodeFault {
        enterArray();
        if (peek() != ']') {
            skipValue();
            skipSpace();
            while (peek() == ',') {
                expect(',');
                skipValue();
                skipSpace();
            }
        }
        leaveArray();
    }

    private void skipNumber() throws DecodeFault {
        int start = position;
        if (peek() == '-') {
            position++;
        }
        if (peek() == '0') {
            position++;
        } else {
            skipDigits();
        }
        if (peek() == '.') {
            position++;
            skipDigits();
        }
        if ((peek() | 0x20) == 'e') {
            position++;
            if (peek() == '+' || peek() == '-') {
                position++;
            }
            skipDigits();
        }
        if (position - start > NUMBER_LENGTH_MAX) {
            throw tooLong(start);
        }
    }

    private void skipDigits() throws DecodeFault {
        int start = position;
        while (peek() >= '0' && peek() <= '9') {
            position++;
        }
        if (position == start) {
            throw fault("expected a value");
        }
    }

    private int afterEscape(int at) throws DecodeFault {
        byte kind = at + 1 < limit ? text[at + 1] : 0;
        return switch (kind) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 2;
            case 'u' -> {
                for (int i = at + 2; i < at + 6; i++) {
                    if (i >= limit || Character.digit(text[i], 16) < 0) {
                        throw faultAt(at, "malformed escape");
                    }
                }
                yield at + 6;
            }
            default -> throw faultAt(at, "malformed escape");
        };
    }

    /** Steps over a character of two to four bytes, as table 3-7 of the Unicode Standard allows. */
    private int afterMultiByte(int at) throws DecodeFault {
        int lead = text[at] & 0xFF;
        int second = at + 1 < limit ? text[at + 1] & 0xFF : 0;
        int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        int low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        boolean valid = lead >= 0xC2 && lead <= 0xF4 && second >= low && second <= high;
        for (int i = at + 2; valid && i < at + length; i++) {
            valid = i < limit && (text[i] & 0xC0) == 0x80;
        }
        if (!valid) {
            throw faultAt(at, "not UTF-8");
        }
        return at + length;
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    /** The text of a checked string without its escapes. */
    static String unescape(byte[] text, int from, int to) {
        String raw = new String(text, from, to - from, StandardCharsets.UTF_8);
        StringBuilder plain = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char kind = raw.charAt(++i);
            switch (kind) {
                case 'b' -> plain.append('\b');
                case 'f' -> plain.append('\f');
                case 'n' -> plain.append('\n');
                case 'r' -> plain.append('\r');
                case 't' -> plain.append('\t');
                case 'u' -> {
                    plain.append((char) Integer.parseInt(raw, i + 1, i + 5, 16));
                    i += 4;
                }
                default -> plain.append(kind);
            }
        }
        return plain.toString();
    }
}
