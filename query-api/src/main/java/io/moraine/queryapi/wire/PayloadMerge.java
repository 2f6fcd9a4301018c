package io.moraine.queryapi.wire;

import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts keys into a payload; values that stay are copied byte for byte. */
public final class PayloadMerge {

    private PayloadMerge() {}

    /**
     * A payload with the keys of another object set.
     *
     * @param old the payload, empty for none
     * @param update the keys to set, a JSON object
     * @param inside keys that lead to the object to set them in; made where absent
     * @param bytesMax most bytes of the outcome
     */
    public static byte[] merge(byte[] old, byte[] update, List<String> inside, int bytesMax) {
        JsonWriter out = new JsonWriter(bytesMax);
        byte[] base = old.length == 0 ? new byte[] {'{', '}'} : old;
        write(base, PayloadSelection.reader(base), update, inside, out);
        return Arrays.copyOf(out.bytes(), out.length());
    }

    private static void write(
            byte[] base, JsonReader json, byte[] update, List<String> inside, JsonWriter out) {
        out.beginObject();
        if (inside.isEmpty()) {
            copy(base, json, keys(update), null, out, update, inside);
            copy(update, PayloadSelection.reader(update), Set.of(), null, out, update, inside);
        } else {
            String next = inside.getFirst();
            boolean found = copy(base, json, Set.of(), next, out, update, inside);
            if (!found) {
                byte[] empty = {'{', '}'};
                write(
                        empty,
                        PayloadSelection.reader(empty),
                        update,
                        inside.subList(1, inside.size()),
                        out.name(next));
            }
        }
        out.endObject();
    }

    /** Copies an object's fields but some, going down into one; tells whether that was there. */
    private static boolean copy(
            byte[] source,
            JsonReader json,
            Set<String> without,
            @Nullable String into,
            JsonWriter out,
            byte[] update,
            List<String> inside) {
        boolean found = false;
        json.beginObject();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            boolean down = name.equals(into);
            found |= down;
            if (down && json.peek() == JsonKind.OBJECT) {
                write(source, json, update, inside.subList(1, inside.size()), out.name(name));
                continue;
            }
            json.peek();
            int start = json.position();
            json.skip();
            if (down) {
                byte[] empty = {'{', '}'};
                write(
                        empty,
                        PayloadSelection.reader(empty),
                        update,
                        inside.subList(1, inside.size()),
                        out.name(name));
            } else if (!without.contains(name)) {
                out.name(name).raw(source, start, json.position());
            }
        }
        return found;
    }

    private static Set<String> keys(byte[] object) {
        Set<String> keys = new HashSet<>();
        JsonReader json = PayloadSelection.reader(object);
        json.beginObject();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            keys.add(name);
            json.skip();
        }
        return keys;
    }
}
