package io.moraine.storage.internal.filter;

import io.moraine.storage.json.JsonException;
import io.moraine.storage.json.JsonLimits;
import io.moraine.storage.json.JsonReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Payload values as objects: {@link Map}, {@link List}, {@link String}, {@link Boolean}, {@link
 * Long} for integers that fit, {@link Double} for other numbers, {@link #NULL}.
 */
final class PayloadTree {

    /** JSON's null. */
    static final Object NULL = new Object();

    /** Payloads were held to limits when they came in; reading them again needs none. */
    private static final JsonLimits TRUSTED =
            new JsonLimits(
                    1024,
                    Integer.MAX_VALUE,
                    Integer.MAX_VALUE,
                    Integer.MAX_VALUE,
                    Integer.MAX_VALUE);

    private PayloadTree() {}

    /** The values of some keys of a payload; none when it is not a sound object. */
    static Map<String, Object> read(byte[] payload, Set<String> keys) {
        if (payload.length == 0) {
            return Map.of();
        }
        Map<String, Object> tree = new HashMap<>();
        JsonReader json = new JsonReader(payload, 0, payload.length, TRUSTED);
        try {
            json.beginObject();
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                if (keys.contains(name)) {
                    tree.put(name, value(json));
                } else {
                    json.skip();
                }
            }
        } catch (JsonException unsound) {
            return Map.of();
        }
        return tree;
    }

    private static Object value(JsonReader json) {
        return switch (json.peek()) {
            case STRING -> json.string();
            case BOOLEAN -> json.bool();
            case NUMBER -> number(json.number());
            case NULL -> {
                json.skip();
                yield NULL;
            }
            case ARRAY -> {
                List<Object> elements = new ArrayList<>();
                json.beginArray();
                while (json.nextElement()) {
                    elements.add(value(json));
                }
                yield elements;
            }
            case OBJECT -> {
                Map<String, Object> fields = new HashMap<>();
                json.beginObject();
                for (String name = json.nextName(); name != null; name = json.nextName()) {
                    fields.put(name, value(json));
                }
                yield fields;
            }
        };
    }

    private static Object number(String text) {
        if (text.length() <= 20 && text.chars().noneMatch(c -> c == '.' || c == 'e' || c == 'E')) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException tooLarge) {
                return Double.parseDouble(text);
            }
        }
        return Double.parseDouble(text);
    }
}
