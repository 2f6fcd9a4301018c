package io.moraine.ingest.format;

import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.RejectionReason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds some fields in a JSON object, each by its path, and checks all of the text on the way.
 * Keeps places, no texts; belongs to one thread at a time.
 */
final class JsonFields {

    private static final int ABSENT = -1;

    private final Node root = new Node();
    private final Map<String, Integer> slots = new LinkedHashMap<>();
    private int[] starts = new int[0];
    private int[] ends = new int[0];

    /** A step of some paths. */
    private static final class Node {
        private final List<String> keys = new ArrayList<>();
        private final List<Node> children = new ArrayList<>();
        private int slot = ABSENT;

        Node child(String key) {
            int i = keys.indexOf(key);
            if (i >= 0) {
                return children.get(i);
            }
            Node child = new Node();
            keys.add(key);
            children.add(child);
            return child;
        }
    }

    /** Adds a path to look for; returns the slot of its place. */
    int add(String path) {
        Integer known = slots.get(path);
        if (known != null) {
            return known;
        }
        Node node = root;
        for (String key : path.split("\\.", -1)) {
            node = node.child(key);
        }
        int slot = slots.size();
        node.slot = slot;
        slots.put(path, slot);
        starts = new int[slot + 1];
        ends = new int[slot + 1];
        return slot;
    }

    /** Reads a whole text, which is one object. */
    void find(JsonCursor cursor, byte[] text) throws DecodeFault {
        Arrays.fill(starts, ABSENT);
        cursor.start(text);
        walk(cursor, root);
        cursor.expectEnd();
    }

    private void walk(JsonCursor cursor, Node node) throws DecodeFault {
        cursor.enterObject();
        for (boolean first = true; cursor.nextKey(first); first = false) {
            Node child = match(cursor, node);
            int start = cursor.position();
            if (child != null && !child.children.isEmpty() && cursor.peek() == '{') {
                walk(cursor, child);
            } else {
                cursor.skipValue();
            }
            if (child != null && child.slot != ABSENT && text(cursor, start) != 'n') {
                starts[child.slot] = start;
                ends[child.slot] = cursor.position();
            }
        }
    }

    private static byte text(JsonCursor cursor, int at) {
        return cursor.text()[at];
    }

    private static @Nullable Node match(JsonCursor cursor, Node node) throws DecodeFault {
        for (int i = 0; i < node.keys.size(); i++) {
            String key = node.keys.get(i);
            if (isAscii(key) ? cursor.keyIs(key) : cursor.key().equals(key)) {
                return node.children.get(i);
            }
        }
        return null;
    }

    private static boolean isAscii(String key) {
        return key.chars().allMatch(c -> c < 0x80);
    }

    /** Whether the last text had a value there that is not null. */
    boolean has(int slot) {
        return starts[slot] != ABSENT;
    }

    int start(int slot) {
        return starts[slot];
    }

    int end(int slot) {
        return ends[slot];
    }

    /** The slot of a path that was added. */
    int slot(String path) {
        Integer slot = slots.get(path);
        if (slot == null) {
            throw new IllegalArgumentException("nobody looks for " + path);
        }
        return slot;
    }

    /** The text or the number at a place, as text. */
    String text(int slot, JsonCursor cursor) throws DecodeFault {
        int start = starts[slot];
        int end = ends[slot];
        byte[] text = cursor.text();
        while (end > start && text[end - 1] <= ' ') {
            end--;
        }
        byte first = text[start];
        if (first == '"') {
            for (int i = start + 1; i < end - 1; i++) {
                if (text[i] == '\\') {
                    return JsonCursor.unescape(text, start + 1, end - 1);
                }
            }
            return new String(text, start + 1, end - start - 2, StandardCharsets.UTF_8);
        }
        if (first == '{' || first == '[') {
            throw new DecodeFault(
                    RejectionReason.VALUE_MALFORMED, "expected text or a number, at byte " + start);
        }
        return new String(text, start, end - start, StandardCharsets.UTF_8);
    }
}
