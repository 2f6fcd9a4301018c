package io.moraine.queryapi.wire;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.PointId;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Point ids in JSON: unsigned 64-bit integers as numbers, everything else as strings.
 *
 * <p>A string that spells a UUID in one of the usual ways (with or without dashes, in capitals,
 * behind {@code urn:uuid:}) is that UUID. A string of digits is the integer, as it is when it
 * arrives as a record key. Any other string of 1 to 512 bytes is an id of its own. An id that is
 * bytes is shown, and accepted, as {@code 0x} and its bytes in hexadecimal.
 */
public final class PointIdJson {

    private static final Pattern UUID_TEXT =
            Pattern.compile(
                    "(?i:urn:uuid:)?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern UUID_SIMPLE = Pattern.compile("(?i:urn:uuid:)?[0-9a-fA-F]{32}");
    private static final Pattern BYTES = Pattern.compile("0x([0-9a-f]{2}){1,512}");

    private PointIdJson() {}

    /** Reads the next value as an id. */
    public static PointId read(JsonReader json) {
        JsonKind kind = json.peek();
        return switch (kind) {
            case NUMBER -> ofNumber(json.number());
            case STRING -> ofText(json.string());
            case OBJECT, ARRAY, BOOLEAN, NULL ->
                    throw RequestJson.wrongType("id", "an unsigned integer or a string", kind);
        };
    }

    /** The id in an address. */
    public static PointId ofText(String text) {
        if (UUID_TEXT.matcher(text).matches()) {
            return PointId.of(UUID.fromString(text.substring(text.length() - 36)));
        }
        if (UUID_SIMPLE.matcher(text).matches()) {
            return PointId.of(ofSimple(text.substring(text.length() - 32)));
        }
        try {
            if (BYTES.matcher(text).matches()) {
                PointId id = PointId.ofKey(HexFormat.of().parseHex(text, 2, text.length()));
                if (id instanceof PointId.Binary) {
                    return id;
                }
            }
            return PointId.of(text);
        } catch (IllegalArgumentException invalid) {
            throw ApiException.badRequest("invalid point id: " + invalid.getMessage());
        }
    }

    /** Writes an id. */
    public static void write(PointId id, JsonWriter out) {
        switch (id) {
            case PointId.Numeric numeric -> out.unsigned(numeric.value());
            case PointId.Uuid uuid -> out.value(uuid.toString());
            case PointId.Text text -> out.value(text.value());
            case PointId.Binary binary -> out.value(binary.toString());
        }
    }

    private static PointId ofNumber(String text) {
        try {
            if (!text.startsWith("-")) {
                return PointId.of(Long.parseUnsignedLong(text));
            }
        } catch (NumberFormatException outside) {
            // Falls through to the one message.
        }
        throw ApiException.badRequest(
                "a point id that is a number must be an integer from 0 to 18446744073709551615, got"
                        + " "
                        + text);
    }

    private static UUID ofSimple(String digits) {
        String text = digits.toLowerCase(Locale.ROOT);
        return new UUID(
                Long.parseUnsignedLong(text, 0, 16, 16), Long.parseUnsignedLong(text, 16, 32, 16));
    }
}
