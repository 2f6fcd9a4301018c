package io.moraine.storage.json;

import java.nio.charset.StandardCharsets;

/** The escapes inside JSON strings. */
final class JsonStrings {

    private JsonStrings() {}

    /**
     * Bytes of the escape at a position.
     *
     * @throws JsonException if it is none
     */
    static int escapeLength(byte[] bytes, int at, int end) {
        int c = at + 1 < end ? bytes[at + 1] : -1;
        return switch (c) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
            case 'u' -> {
                for (int i = at + 2; i < at + 6; i++) {
                    if (i >= end || Character.digit(bytes[i], 16) < 0) {
                        throw new JsonException("expected four hexadecimal digits", at);
                    }
                }
                yield 6;
            }
            default -> throw new JsonException("unknown escape", at);
        };
    }

    /** The text of a string's bytes, whose escapes were checked. */
    static String unescape(byte[] bytes, int from, int to) {
        StringBuilder text = new StringBuilder(to - from);
        int plain = from;
        int at = from;
        while (at < to) {
            if (bytes[at] != '\\') {
                at++;
                continue;
            }
            text.append(new String(bytes, plain, at - plain, StandardCharsets.UTF_8));
            at += appendEscape(bytes, at, text);
            plain = at;
        }
        return text.append(new String(bytes, plain, to - plain, StandardCharsets.UTF_8)).toString();
    }

    private static int appendEscape(byte[] bytes, int at, StringBuilder text) {
        int c = bytes[at + 1];
        if (c == 'u') {
            int unit = 0;
            for (int i = at + 2; i < at + 6; i++) {
                unit = unit << 4 | Character.digit(bytes[i], 16);
            }
            text.append((char) unit);
            return 6;
        }
        text.append(
                switch (c) {
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    default -> (char) c;
                });
        return 2;
    }
}
