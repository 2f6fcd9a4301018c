package io.moraine.storage.internal.index.code;

/**
 * Rows whose upper bound may still reach the best: filled by a scan, thinned whenever they grow
 * many, emptied by rescoring.
 *
 * <p>Reusable; not safe for use by several threads at once.
 */
public final class Candidates {

    private float[] upper = new float[0];
    private float[] lower = new float[0];
    private float[] scratch = new float[0];
    private int[] rows = new int[0];
    private int size;

    /** Forgets all rows and makes room for so many. */
    public void reset(int capacity) {
        size = 0;
        if (upper.length < capacity) {
            upper = new float[capacity];
            lower = new float[capacity];
            scratch = new float[capacity];
            rows = new int[capacity];
        }
    }

    public int size() {
        return size;
    }

    /** Rows that still fit. */
    public int room() {
        return upper.length - size;
    }

    public int row(int index) {
        return rows[index];
    }

    public float upper(int index) {
        return upper[index];
    }

    /**
     * Adds a row; there must be room.
     *
     * @param upper its score's upper bound
     * @param lower its score's lower bound
     */
    public void add(float upper, float lower, int row) {
        this.upper[size] = upper;
        this.lower[size] = lower;
        rows[size++] = row;
    }

    /** The {@code k}-th highest lower bound: that many rows score at least so much. */
    public float highestLower(int k) {
        if (size < k) {
            return Float.NEGATIVE_INFINITY;
        }
        System.arraycopy(lower, 0, scratch, 0, size);
        return Selection.highest(scratch, size, k);
    }

    /** Drops all but the rows with the highest upper bounds; ties are taken as they come. */
    public void keepHighest(int count) {
        if (size <= count) {
            return;
        }
        System.arraycopy(upper, 0, scratch, 0, size);
        float least = Selection.highest(scratch, size, count);
        int ties = count;
        for (int i = 0; i < size; i++) {
            ties -= upper[i] <= least ? 0 : 1;
        }
        int kept = 0;
        for (int i = 0; i < size; i++) {
            upper[kept] = upper[i];
            lower[kept] = lower[i];
            rows[kept] = rows[i];
            boolean take = !(upper[i] <= least) || (upper[i] == least && ties-- > 0);
            kept += take && kept < count ? 1 : 0;
        }
        size = kept;
    }

    /** Swaps the row with the highest upper bound, of those from a place on, into that place. */
    public void putHighest(int place) {
        int highest = place;
        for (int i = place + 1; i < size; i++) {
            highest = upper[i] > upper[highest] ? i : highest;
        }
        swap(place, highest);
    }

    /** Drops the rows whose upper bound is below a threshold. */
    public void keepFrom(float threshold) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            upper[kept] = upper[i];
            lower[kept] = lower[i];
            rows[kept] = rows[i];
            kept += upper[i] < threshold ? 0 : 1;
        }
        size = kept;
    }

    /**
     * Moves the rows with the highest upper bounds to the end and takes them off.
     *
     * @param taken receives the rows
     * @return how many were taken: all when there are at most {@code count}, else {@code count}
     */
    public int takeHighest(int count, int[] taken) {
        if (size > count) {
            System.arraycopy(upper, 0, scratch, 0, size);
            partition(Selection.highest(scratch, size, count), count);
        }
        int number = Math.min(size, count);
        size -= number;
        System.arraycopy(rows, size, taken, 0, number);
        return number;
    }

    /** Orders the rows so that the {@code count} highest come last; ties are taken as they come. */
    private void partition(float least, int count) {
        int above = 0;
        for (int i = 0; i < size; i++) {
            above += upper[i] > least ? 1 : 0;
        }
        int ties = count - above;
        int end = size;
        for (int i = size - 1; i >= 0 && end > size - count; i--) {
            boolean take = upper[i] > least || (upper[i] == least && ties-- > 0);
            if (take) {
                swap(i, --end);
            }
        }
    }

    private void swap(int a, int b) {
        float u = upper[a];
        upper[a] = upper[b];
        upper[b] = u;
        float l = lower[a];
        lower[a] = lower[b];
        lower[b] = l;
        int r = rows[a];
        rows[a] = rows[b];
        rows[b] = r;
    }
}
