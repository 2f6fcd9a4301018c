package io.moraine.storage.internal.segment;

import io.moraine.storage.model.PointId;
import io.moraine.storage.model.PointIdOrder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The rows of one segment in the order of their ids, see {@link PointIdOrder}; rows of one id in
 * the order of the rows. Made when it is first asked for, four bytes per row, and grown by the rows
 * that came since.
 *
 * <p>Kept as runs, each sorted, that together hold every row once: new rows become a run, and runs
 * of similar size become one, so that a row is moved a logarithmic number of times. Safe for use by
 * several threads.
 */
public final class IdOrder {

    private static final ValueLayout.OfLong BIG_ENDIAN =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final ValueLayout.OfLong LITTLE_ENDIAN =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Segment segment;

    /** Longest first; runs hold neighbouring rows, the first ones in the first run. */
    private int[][] runs = {};

    private int covered;

    IdOrder(Segment segment) {
        this.segment = segment;
    }

    /**
     * Runs that hold at least some leading rows.
     *
     * @return arrays not to be changed
     */
    public synchronized int[][] runs(int rows) {
        if (rows > covered) {
            int first = covered;
            int[] run = sorted(first, rows);
            int kept = runs.length;
            // Each merge at least doubles the run, so the work per row stays logarithmic.
            while (kept > 0 && runs[kept - 1].length <= 2 * run.length) {
                kept--;
                first -= runs[kept].length;
                run = new Keys(segment, first, rows).merged(runs[kept], run);
            }
            int[][] next = Arrays.copyOf(runs, kept + 1);
            next[kept] = run;
            runs = next;
            covered = rows;
        }
        return runs;
    }

    /** Bytes it takes. */
    public synchronized long bytes() {
        return (long) Integer.BYTES * covered;
    }

    /** Place of the first row of a run whose id is not before an id. */
    public int firstFrom(int[] run, PointId id) {
        int low = 0;
        int high = run.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (PointIdOrder.INSTANCE.compare(segment.id(run[middle]), id) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int[] sorted(int first, int end) {
        int[] rows = new int[end - first];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = first + i;
        }
        new Keys(segment, first, end).sort(rows);
        return rows;
    }

    /**
     * What mostly decides the order of some neighbouring rows, read once: the kind of each id and
     * its first eight bytes.
     */
    private static final class Keys {

        private final Segment segment;
        private final int first;
        private final byte[] kinds;
        private final long[] prefixes;

        Keys(Segment segment, int first, int end) {
            this.segment = segment;
            this.first = first;
            this.kinds = new byte[end - first];
            this.prefixes = new long[end - first];
            for (int row = first; row < end; row++) {
                read(row);
            }
        }

        /** Sorts by merging ever longer runs. */
        void sort(int[] rows) {
            int[] from = rows;
            int[] into = new int[rows.length];
            for (int width = 1; width < rows.length; width *= 2) {
                for (int low = 0; low < rows.length; low += 2 * width) {
                    int middle = Math.min(low + width, rows.length);
                    int high = Math.min(middle + width, rows.length);
                    merge(from, low, middle, from, middle, high, into, low);
                }
                int[] swapped = from;
                from = into;
                into = swapped;
            }
            System.arraycopy(from, 0, rows, 0, rows.length);
        }

        int[] merged(int[] a, int[] b) {
            int[] both = new int[a.length + b.length];
            merge(a, 0, a.length, b, 0, b.length, both, 0);
            return both;
        }

        private void merge(
                int[] a, int aAt, int aEnd, int[] b, int bAt, int bEnd, int[] into, int at) {
            int left = aAt;
            int right = bAt;
            int next = at;
            while (left < aEnd && right < bEnd) {
                into[next++] = compare(a[left], b[right]) <= 0 ? a[left++] : b[right++];
            }
            System.arraycopy(a, left, into, next, aEnd - left);
            System.arraycopy(b, right, into, next + aEnd - left, bEnd - right);
        }

        private int compare(int a, int b) {
            int byKind = Byte.compare(kinds[a - first], kinds[b - first]);
            if (byKind != 0) {
                return byKind;
            }
            int byPrefix = Long.compareUnsigned(prefixes[a - first], prefixes[b - first]);
            return byPrefix != 0 || kinds[a - first] == PointId.KIND_NUMERIC
                    ? byPrefix
                    : PointIdOrder.INSTANCE.compare(segment.id(a), segment.id(b));
        }

        private void read(int row) {
            MemorySegment memory = segment.idMemory(row);
            long at = segment.idPosition(row);
            int length = segment.idLength(row) - 1;
            byte kind = memory.get(ValueLayout.JAVA_BYTE, at);
            kinds[row - first] = kind;
            if (kind == PointId.KIND_NUMERIC) {
                prefixes[row - first] = memory.get(LITTLE_ENDIAN, at + 1);
            } else if (length >= Long.BYTES) {
                prefixes[row - first] = memory.get(BIG_ENDIAN, at + 1);
            } else {
                long prefix = 0;
                for (int i = 0; i < length; i++) {
                    long next = Byte.toUnsignedLong(memory.get(ValueLayout.JAVA_BYTE, at + 1 + i));
                    prefix |= next << (56 - 8 * i);
                }
                prefixes[row - first] = prefix;
            }
        }
    }
}
