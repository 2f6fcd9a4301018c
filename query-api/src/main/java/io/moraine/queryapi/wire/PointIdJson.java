package io.moraine.queryapi.wire;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.PointId;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Point ids in JSON: unsigned 64-bit integers as numbers, everything else as strings.
 *
 * <p>A string is the id that a record with this key has, see {@link PointId}: digits are the
 * integer, a UUID in its canonical form is that UUID, any other string of 1 to 512 bytes is an id
 * of its own, also a UUID without dashes or in capitals. An id that is bytes is shown, and
 * accepted, as {@code 0x} and its bytes in hexadecimal.
 */
public final class PointIdJson {

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
        try {
            return id(text);
        } catch (IllegalArgumentException invalid) {
            throw ApiException.badRequest("invalid point id: " + invalid.getMessage());
        }
    }

    /** The id that a text is which need not be one: it may be empty, or too long. */
    public static Optional<PointId> ifAny(String text) {
        try {
            return Optional.of(id(text));
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
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

    private static PointId id(String text) {
        if (BYTES.matcher(text).matches()) {
            PointId id = PointId.ofKey(HexFormat.of().parseHex(text, 2, text.length()));
            if (id instanceof PointId.Binary) {
                return id;
            }
        }
        return PointId.of(text);
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
}
