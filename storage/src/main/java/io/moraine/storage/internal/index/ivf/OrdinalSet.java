package io.moraine.storage.internal.index.ivf;

/**
 * Rows or clusters met during one search, so that a row that stands in two clusters, or a cluster
 * that is ranked again, is looked at once. Open addressing, emptied in constant time; not safe for
 * use by several threads at once.
 *
 * <p>Invariant: an entry counts only when its upper half is the current generation, and at most
 * half of the places hold one.
 */
final class OrdinalSet {

    private long[] entries = new long[2048];
    private int generation;
    private int size;

    /** Forgets all ordinals. */
    void clear() {
        size = 0;
        if (++generation == 0) {
            java.util.Arrays.fill(entries, 0);
            generation = 1;
        }
    }

    /** Adds an ordinal and says whether it is new. */
    boolean add(int ordinal) {
        long entry = ((long) generation << 32) | ordinal;
        int mask = entries.length - 1;
        int at = place(ordinal, mask);
        while (entries[at] >>> 32 == Integer.toUnsignedLong(generation)) {
            if (entries[at] == entry) {
                return false;
            }
            at = (at + 1) & mask;
        }
        entries[at] = entry;
        if (++size > entries.length / 2) {
            grow();
        }
        return true;
    }

    private void grow() {
        long[] before = entries;
        entries = new long[2 * before.length];
        int mask = entries.length - 1;
        for (long entry : before) {
            if (entry >>> 32 == Integer.toUnsignedLong(generation)) {
                int at = place((int) entry, mask);
                while (entries[at] >>> 32 == Integer.toUnsignedLong(generation)) {
                    at = (at + 1) & mask;
                }
                entries[at] = entry;
            }
        }
    }

    /** Fibonacci hashing (Knuth, The Art of Computer Programming 3, section 6.4). */
    private static int place(int ordinal, int mask) {
        return (ordinal * 0x9e3779b9) >>> 8 & mask;
    }
}
