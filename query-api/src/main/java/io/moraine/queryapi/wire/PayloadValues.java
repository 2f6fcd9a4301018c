package io.moraine.queryapi.wire;

import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.PayloadPath;
import java.util.ArrayList;
import java.util.List;

/** Single values of a payload: texts, integers and booleans. */
public final class PayloadValues {

    private PayloadValues() {}

    /**
     * The texts, integers that fit 64 bits, and booleans at a path; those of an array that lies
     * there one by one.
     *
     * @param payload a JSON object, or empty for none
     */
    public static List<Object> scalars(PayloadPath path, byte[] payload) {
        List<Object> found = new ArrayList<>(1);
        if (payload.length > 0) {
            descend(PayloadSelection.reader(payload), path.steps(), 0, found);
        }
        return found;
    }

    private static void descend(
            JsonReader json, List<PayloadPath.Step> steps, int depth, List<Object> found) {
        JsonKind kind = json.peek();
        if (depth == steps.size()) {
            if (kind == JsonKind.ARRAY) {
                json.beginArray();
                while (json.nextElement()) {
                    scalar(json, found);
                }
            } else {
                scalar(json, found);
            }
            return;
        }
        switch (steps.get(depth)) {
            case PayloadPath.Step.Key key when kind == JsonKind.OBJECT -> {
                json.beginObject();
                for (String name = json.nextName(); name != null; name = json.nextName()) {
                    if (name.equals(key.name())) {
                        descend(json, steps, depth + 1, found);
                    } else {
                        json.skip();
                    }
                }
            }
            case PayloadPath.Step.Elements _ when kind == JsonKind.ARRAY -> {
                json.beginArray();
                while (json.nextElement()) {
                    descend(json, steps, depth + 1, found);
                }
            }
            case PayloadPath.Step.Element element when kind == JsonKind.ARRAY -> {
                json.beginArray();
                for (int i = 0; json.nextElement(); i++) {
                    if (i == element.index()) {
                        descend(json, steps, depth + 1, found);
                    } else {
                        json.skip();
                    }
                }
            }
            case PayloadPath.Step.Key _, PayloadPath.Step.Elements _, PayloadPath.Step.Element _ ->
                    json.skip();
        }
    }

    private static void scalar(JsonReader json, List<Object> found) {
        switch (json.peek()) {
            case STRING -> found.add(json.string());
            case BOOLEAN -> found.add(json.bool());
            case NUMBER -> {
                String text = json.number();
                try {
                    found.add(Long.parseLong(text));
                } catch (NumberFormatException notInteger) {
                    // Only integers name groups and are counted.
                }
            }
            case OBJECT, ARRAY, NULL -> json.skip();
        }
    }

    /** Writes such a value. */
    public static void write(Object value, JsonWriter out) {
        switch (value) {
            case String text -> out.value(text);
            case Boolean bool -> out.value(bool);
            case Number number -> out.value(number.longValue());
            default -> throw new IllegalArgumentException("neither text, integer nor boolean");
        }
    }
}
