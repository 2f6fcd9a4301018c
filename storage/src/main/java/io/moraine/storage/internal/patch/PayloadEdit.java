package io.moraine.storage.internal.patch;

import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonLimits;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PayloadPath.Step;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A payload with keys set or removed. What stays is copied byte for byte, in its order; keys that
 * are new come last. The outcome follows from the inputs alone.
 *
 * <p>Both methods throw {@link io.moraine.storage.json.JsonException} if an input is not JSON.
 */
final class PayloadEdit {

    private static final byte[] EMPTY = {'{', '}'};

    /** Payloads were held to limits when they came in; reading them again needs only depth. */
    private static final JsonLimits TRUSTED =
            new JsonLimits(
                    1024,
                    Integer.MAX_VALUE,
                    Integer.MAX_VALUE,
                    Integer.MAX_VALUE,
                    Integer.MAX_VALUE);

    private final byte[] source;
    private final JsonReader json;
    private final ByteArrayOutputStream out;

    private PayloadEdit(byte[] source, ByteArrayOutputStream out) {
        this.source = source;
        this.json = new JsonReader(source, 0, source.length, TRUSTED);
        this.out = out;
    }

    /**
     * Sets keys of the object that a path leads to. Objects on the way are made where a key is
     * absent or holds something else; elements of arrays are entered where they exist, never made.
     *
     * @param old the payload, empty for none
     * @param update the keys to set, a JSON object
     * @param inside the way to the object, null for the payload itself
     */
    static byte[] set(byte[] old, byte[] update, @Nullable PayloadPath inside) {
        byte[] base = old.length == 0 ? EMPTY : old;
        ByteArrayOutputStream out = new ByteArrayOutputStream(base.length + update.length + 16);
        Set<String> replaced = keys(update);
        PayloadEdit edit = new PayloadEdit(base, out);
        edit.setIn(inside == null ? List.of() : inside.steps(), update, replaced);
        edit.json.end();
        return out.toByteArray();
    }

    /**
     * Removes what paths name.
     *
     * @param old the payload, empty for none
     */
    static byte[] remove(byte[] old, List<PayloadPath> paths) {
        if (old.length == 0) {
            return old;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(old.length);
        PayloadEdit edit = new PayloadEdit(old, out);
        edit.removeFrom(paths.stream().map(PayloadPath::steps).toList());
        edit.json.end();
        return out.toByteArray();
    }

    /** Writes the next value with the update set in what the steps lead to. */
    private void setIn(List<Step> steps, byte[] update, Set<String> replaced) {
        if (steps.isEmpty() || steps.getFirst() instanceof Step.Key) {
            setInObject(steps, update, replaced);
        } else if (json.peek() == JsonKind.ARRAY) {
            setInElements(steps, update, replaced);
        } else {
            copyValue();
        }
    }

    private void setInObject(List<Step> steps, byte[] update, Set<String> replaced) {
        if (json.peek() != JsonKind.OBJECT) {
            if (!areKeys(steps)) {
                copyValue();
                return;
            }
            json.skip();
            new PayloadEdit(EMPTY, out).setInObject(steps, update, replaced);
            return;
        }
        @Nullable String into = steps.isEmpty() ? null : key(steps.getFirst());
        boolean found = false;
        Members members = new Members();
        while (members.next()) {
            if (members.name.equals(into)) {
                found = true;
                members.writeKey();
                setIn(steps.subList(1, steps.size()), update, replaced);
            } else if (into == null && replaced.contains(members.name)) {
                json.skip();
            } else {
                members.writeKey();
                copyValue();
            }
        }
        if (into == null) {
            members.writeAll(update);
        } else if (!found && areKeys(steps)) {
            members.writeNewKey(into);
            new PayloadEdit(EMPTY, out).setIn(steps.subList(1, steps.size()), update, replaced);
        }
        out.write('}');
    }

    private void setInElements(List<Step> steps, byte[] update, Set<String> replaced) {
        json.beginArray();
        out.write('[');
        for (int i = 0; json.nextElement(); i++) {
            if (i > 0) {
                out.write(',');
            }
            if (matches(steps.getFirst(), new Step.Element(i))) {
                setIn(steps.subList(1, steps.size()), update, replaced);
            } else {
                copyValue();
            }
        }
        out.write(']');
    }

    /** Writes the next value without what the paths name. */
    private void removeFrom(List<List<Step>> paths) {
        JsonKind kind = json.peek();
        if (kind == JsonKind.OBJECT) {
            Members members = new Members();
            while (members.next()) {
                List<List<Step>> inside = inside(paths, new Step.Key(members.name));
                if (inside.stream().anyMatch(List::isEmpty)) {
                    json.skip();
                } else {
                    members.writeKey();
                    removeInside(inside);
                }
            }
            out.write('}');
        } else if (kind == JsonKind.ARRAY) {
            json.beginArray();
            out.write('[');
            boolean first = true;
            for (int i = 0; json.nextElement(); i++) {
                List<List<Step>> inside = inside(paths, new Step.Element(i));
                if (inside.stream().anyMatch(List::isEmpty)) {
                    json.skip();
                } else {
                    if (!first) {
                        out.write(',');
                    }
                    first = false;
                    removeInside(inside);
                }
            }
            out.write(']');
        } else {
            copyValue();
        }
    }

    private void removeInside(List<List<Step>> inside) {
        if (inside.isEmpty()) {
            copyValue();
        } else {
            removeFrom(inside);
        }
    }

    /** What is left of the paths that go through a step. */
    private static List<List<Step>> inside(List<List<Step>> paths, Step step) {
        List<List<Step>> inside = new ArrayList<>();
        for (List<Step> path : paths) {
            if (matches(path.getFirst(), step)) {
                inside.add(path.subList(1, path.size()));
            }
        }
        return inside;
    }

    private static boolean matches(Step wanted, Step found) {
        return switch (wanted) {
            case Step.Key _, Step.Element _ -> wanted.equals(found);
            case Step.Elements _ -> found instanceof Step.Element;
        };
    }

    private static boolean areKeys(List<Step> steps) {
        return steps.stream().allMatch(Step.Key.class::isInstance);
    }

    private static @Nullable String key(Step step) {
        return step instanceof Step.Key key ? key.name() : null;
    }

    private void copyValue() {
        json.peek();
        int start = json.position();
        json.skip();
        out.write(source, start, json.position() - start);
    }

    private static Set<String> keys(byte[] object) {
        Set<String> keys = new HashSet<>();
        JsonReader json = new JsonReader(object, 0, object.length, TRUSTED);
        json.beginObject();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            keys.add(name);
            json.skip();
        }
        json.end();
        return keys;
    }

    /** The members of the object that is read, and those written of its successor. */
    private final class Members {

        private boolean first = true;
        private int keyAt;
        private String name = "";

        Members() {
            json.beginObject();
            out.write('{');
        }

        boolean next() {
            int from = json.position();
            String found = json.nextName();
            if (found == null) {
                return false;
            }
            name = found;
            keyAt = from;
            while (source[keyAt] != '"') {
                keyAt++;
            }
            return true;
        }

        /** The key as it stands in the text, with its colon. */
        void writeKey() {
            separate();
            out.write(source, keyAt, json.position() - keyAt);
        }

        void writeNewKey(String key) {
            separate();
            out.write('"');
            for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
                if (b == '"' || b == '\\') {
                    out.write('\\');
                    out.write(b);
                } else if (b >= 0 && b < 0x20) {
                    out.writeBytes("\\u%04x".formatted(b).getBytes(StandardCharsets.US_ASCII));
                } else {
                    out.write(b);
                }
            }
            out.write('"');
            out.write(':');
        }

        /** All members of another object. */
        void writeAll(byte[] object) {
            PayloadEdit other = new PayloadEdit(object, out);
            other.json.beginObject();
            int from = other.json.position();
            boolean any = false;
            int end = from;
            while (other.json.nextName() != null) {
                other.json.skip();
                end = other.json.position();
                any = true;
            }
            if (any) {
                separate();
                out.write(object, from, end - from);
            }
        }

        private void separate() {
            if (!first) {
                out.write(',');
            }
            first = false;
        }
    }
}
