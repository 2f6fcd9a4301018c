package io.moraine.storage.internal.segment;

import static io.moraine.storage.internal.segment.RowFormat.I64;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * An open-addressing hash table from ids to rows, in memory or mapped from a file. A slot has 8
 * bytes: the upper half of the id's hash (the tag), then 1 + row; 0 is an empty slot. An id's first
 * slot is {@code tag * slots / 2^32}, the next ones follow it, around the end.
 *
 * <p>One slot per id, holding the id's newest row; older rows of it hang from that row's {@code
 * previous} field. The ids themselves lie with the rows, which the {@link Rows} compare.
 *
 * @param memory where the slots lie
 * @param position byte position of slot 0, a multiple of 8
 * @param slots number of slots; at least one is empty
 */
record IdTable(MemorySegment memory, long position, long slots) {

    /** Compares the id of a row with a key. */
    @FunctionalInterface
    interface Rows {
        boolean hasId(int row, IdKey key);
    }

    private static final VarHandle LONG = I64.varHandle();

    /** Number of slots that a table of so many ids should have: at most two thirds are in use. */
    static long slotsFor(int ids) {
        return 1L + ids + (ids >>> 1);
    }

    /** The slot that holds a key's row, or the empty one where it belongs. */
    long locate(IdKey key, Rows rows) {
        int tag = tag(key.hash());
        long slot = home(tag);
        while (true) {
            long entry = entry(slot);
            if (entry == 0 || ((int) (entry >>> 32) == tag && rows.hasId((int) entry - 1, key))) {
                return slot;
            }
            slot = next(slot);
        }
    }

    /** The newest row in a slot, or -1 when it is empty. */
    int row(long slot) {
        return (int) entry(slot) - 1;
    }

    /** Puts a row into a slot. One writer; the row must be readable before. */
    void put(long slot, long hash, int row) {
        LONG.setRelease(memory, position + slot * Long.BYTES, (long) tag(hash) << 32 | (row + 1));
    }

    /** Puts all ids of a smaller table into this one. */
    void putAll(IdTable smaller) {
        for (long slot = 0; slot < smaller.slots; slot++) {
            long entry = smaller.entry(slot);
            if (entry != 0) {
                long free = home((int) (entry >>> 32));
                while (entry(free) != 0) {
                    free = next(free);
                }
                memory.set(I64, position + free * Long.BYTES, entry);
            }
        }
    }

    private long entry(long slot) {
        return (long) LONG.getAcquire(memory, position + slot * Long.BYTES);
    }

    private long home(int tag) {
        return (Integer.toUnsignedLong(tag) * slots) >>> 32;
    }

    private long next(long slot) {
        return slot + 1 == slots ? 0 : slot + 1;
    }

    private static int tag(long hash) {
        return (int) (hash >>> 32);
    }
}
