package io.moraine.queryapi.wire;

import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PayloadPath.Step;
import java.util.ArrayList;
import java.util.List;

/** Copies the part of a payload that paths name, or all but that part, value by value. */
final class PayloadProjection {

    private final byte[] payload;
    private final JsonWriter out;
    private final boolean include;

    PayloadProjection(byte[] payload, JsonWriter out, boolean include) {
        this.payload = payload;
        this.out = out;
        this.include = include;
    }

    /** Writes the part of the next value, an object or array, that the paths name. */
    void write(JsonReader json, List<PayloadPath> paths) {
        if (json.peek() == JsonKind.OBJECT) {
            json.beginObject();
            out.beginObject();
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                String key = name;
                child(json, paths, new Step.Key(name), () -> out.name(key));
            }
            out.endObject();
        } else {
            json.beginArray();
            out.beginArray();
            for (int i = 0; json.nextElement(); i++) {
                child(json, paths, new Step.Element(i), () -> {});
            }
            out.endArray();
        }
    }

    private void child(JsonReader json, List<PayloadPath> paths, Step step, Runnable name) {
        boolean whole = false;
        List<PayloadPath> inside = new ArrayList<>();
        for (PayloadPath path : paths) {
            if (matches(path.head(), step)) {
                if (path.isLast()) {
                    whole = true;
                } else {
                    inside.add(path.tail());
                }
            }
        }
        JsonKind kind = json.peek();
        boolean descend = !whole && inside.stream().anyMatch(path -> fits(path.head(), kind));
        if (descend) {
            name.run();
            write(json, inside);
            return;
        }
        int start = json.position();
        json.skip();
        if (whole == include) {
            name.run();
            out.raw(payload, start, json.position());
        }
    }

    private static boolean matches(Step wanted, Step found) {
        return switch (wanted) {
            case Step.Key key -> key.equals(found);
            case Step.Element element -> element.equals(found);
            case Step.Elements _ -> found instanceof Step.Element;
        };
    }

    private static boolean fits(Step step, JsonKind kind) {
        return step instanceof Step.Key ? kind == JsonKind.OBJECT : kind == JsonKind.ARRAY;
    }
}
