package io.moraine.ingest.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The keys of the objects that are open in a JSON text, to find one that stands twice. Keeps hashes
 * and places, no texts; within one object it compares hashes one by one, which the limit on keys
 * keeps short.
 */
final class JsonKeys {

    private byte[] text = new byte[0];
    private final int[] firstOfLevel = new int[JsonCursor.DEPTH_MAX + 1];
    private int level;
    private int count;
    private int[] hashes = new int[64];
    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private boolean[] escaped = new boolean[64];

    void start(byte[] text) {
        this.text = text;
        level = 0;
        count = 0;
    }

    void enter() {
        firstOfLevel[level++] = count;
    }

    void leave() {
        count = firstOfLevel[--level];
    }

    /**
     * Adds a key of the innermost object.
     *
     * @param start its first byte, behind the quote
     * @param end its end, before the quote
     * @param hasEscapes whether it contains escapes
     * @return whether it is new there and there was room
     */
    boolean add(int start, int end, boolean hasEscapes) {
        int first = firstOfLevel[level - 1];
        if (count - first >= JsonCursor.KEYS_MAX) {
            return false;
        }
        int hash = hash(start, end, hasEscapes);
        for (int i = first; i < count; i++) {
            if (hashes[i] == hash && same(i, start, end, hasEscapes)) {
                return false;
            }
        }
        if (count == hashes.length) {
            grow();
        }
        hashes[count] = hash;
        starts[count] = start;
        ends[count] = end;
        escaped[count] = hasEscapes;
        count++;
        return true;
    }

    /** Whether the key added last reads so; the text is ASCII. */
    boolean lastIs(String wanted) {
        int last = count - 1;
        if (escaped[last]) {
            return last().equals(wanted);
        }
        if (ends[last] - starts[last] != wanted.length()) {
            return false;
        }
        for (int i = 0; i < wanted.length(); i++) {
            if (text[starts[last] + i] != wanted.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The key added last. */
    String last() {
        int last = count - 1;
        return string(starts[last], ends[last], escaped[last]);
    }

    private boolean same(int i, int start, int end, boolean hasEscapes) {
        if (!escaped[i] && !hasEscapes) {
            return Arrays.equals(text, starts[i], ends[i], text, start, end);
        }
        return string(starts[i], ends[i], escaped[i]).equals(string(start, end, hasEscapes));
    }

    private String string(int start, int end, boolean hasEscapes) {
        return hasEscapes
                ? JsonCursor.unescape(text, start, end)
                : new String(text, start, end - start, StandardCharsets.UTF_8);
    }

    private int hash(int start, int end, boolean hasEscapes) {
        if (hasEscapes) {
            byte[] plain = JsonCursor.unescape(text, start, end).getBytes(StandardCharsets.UTF_8);
            return hash(plain, 0, plain.length);
        }
        return hash(text, start, end);
    }

    private static int hash(byte[] bytes, int start, int end) {
        int hash = 1;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash;
    }

    private void grow() {
        int length = 2 * hashes.length;
        hashes = Arrays.copyOf(hashes, length);
        starts = Arrays.copyOf(starts, length);
        ends = Arrays.copyOf(ends, length);
        escaped = Arrays.copyOf(escaped, length);
    }
}
