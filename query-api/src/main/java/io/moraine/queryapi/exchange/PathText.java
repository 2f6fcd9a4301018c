package io.moraine.queryapi.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The text of addresses: split first, then percent-decoded (RFC 3986, 2.1) once and strictly. */
public final class PathText {

    private PathText() {}

    /**
     * The decoded parts of an encoded path, without the leading slash.
     *
     * @throws ApiException if it is not well-formed
     */
    public static List<String> parts(String path) {
        if (!path.startsWith("/")) {
            throw ApiException.badRequest("the address must start with '/'");
        }
        List<String> parts = new ArrayList<>();
        for (String part : path.substring(1).split("/", -1)) {
            parts.add(decode(part));
        }
        return parts;
    }

    /** Decodes one part of a path. */
    static String decode(String raw) {
        if (raw.indexOf('%') < 0) {
            return raw;
        }
        ByteBuffer bytes = ByteBuffer.allocate(raw.length() * 3);
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '%') {
                bytes.put(Character.toString(c).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
            int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
            if (high < 0 || low < 0) {
                throw ApiException.badRequest("incomplete percent-encoding in the address");
            }
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException notUtf8) {
            throw new ApiException(
                    ErrorCode.BAD_REQUEST, "the address is not well-formed UTF-8", notUtf8);
        }
    }

    /** Decodes a query parameter, in which a plus sign stands for a space. */
    static String decodeForm(String raw) {
        return decode(raw.replace('+', ' '));
    }
}
