package io.moraine.storage.internal.index;

import java.util.Arrays;

/**
 * The best rows seen so far, over any number of segments. Allocates only when it is made or its
 * limit grows.
 *
 * <p>Order: higher score first; of equal scores the lower segment, then the lower ordinal. So the
 * content does not depend on the order of the offers. A score that is not a number counts as {@link
 * Float#NEGATIVE_INFINITY}.
 *
 * <p>Invariant: {@code scores} and {@code rows} are a binary heap with the worst kept row on top,
 * until {@link #sort} orders them. Not safe for use by several threads at once.
 */
public final class TopK {

    private float[] scores = new float[0];
    private long[] rows = new long[0];
    private int limit;
    private int size;
    private float scoreMin;
    private float threshold;
    private boolean sorted;

    /**
     * @param limit most rows kept, at least 1
     * @param scoreMin rows with a lower score are never kept
     */
    public TopK(int limit, float scoreMin) {
        reset(limit, scoreMin);
    }

    /** Forgets all rows and starts over. */
    public void reset(int limit, float scoreMin) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, got " + limit);
        }
        this.limit = limit;
        this.scoreMin = scoreMin;
        this.threshold = scoreMin;
        this.size = 0;
        this.sorted = false;
    }

    /** Packs a segment's index and an ordinal into one number that orders as they do. */
    public static long row(int segment, int ordinal) {
        return ((long) segment << 32) | ordinal;
    }

    /** The segment index of a packed row. */
    public static int segment(long row) {
        return (int) (row >>> 32);
    }

    /** The ordinal of a packed row. */
    public static int ordinal(long row) {
        return (int) row;
    }

    /** A row with a lower score than this would not be kept; never falls between two resets. */
    public float threshold() {
        return threshold;
    }

    /** Most rows kept. */
    public int limit() {
        return limit;
    }

    /** Number of rows kept. */
    public int size() {
        return size;
    }

    /** Whether as many rows are kept as may be. */
    public boolean isFull() {
        return size == limit;
    }

    /**
     * Offers a row.
     *
     * @param row a row packed by {@link #row}; offered once between two resets
     */
    public void offer(float score, long row) {
        if (score < threshold) {
            return;
        }
        insert(score, row);
    }

    /**
     * From now on, rows with a lower score are not kept: that many better ones are known elsewhere.
     */
    public void raise(float floor) {
        scoreMin = Math.max(scoreMin, floor);
        threshold = Math.max(threshold, floor);
    }

    /**
     * Offers some of the rows that another collector kept; that one stays as it is.
     *
     * @param fromRow the first row that is offered, packed by {@link #row}
     * @param toRow the first row behind it that is not
     */
    public void offerAll(TopK other, long fromRow, long toRow) {
        for (int i = 0; i < other.size; i++) {
            if (other.rows[i] >= fromRow && other.rows[i] < toRow) {
                offer(other.scores[i], other.rows[i]);
            }
        }
    }

    /**
     * Orders the kept rows, best first. {@link #score} and {@link #row(int)} need it; no row may be
     * offered afterwards.
     */
    public void sort() {
        if (sorted) {
            return;
        }
        int kept = size;
        while (size > 1) {
            float worstScore = scores[0];
            long worstRow = rows[0];
            size--;
            siftDown(scores[size], rows[size]);
            scores[size] = worstScore;
            rows[size] = worstRow;
        }
        size = kept;
        sorted = true;
    }

    /** Score of the row in a place after {@link #sort}; place 0 is the best. */
    public float score(int place) {
        checkPlace(place);
        return scores[place];
    }

    /** Packed row in a place after {@link #sort}; place 0 is the best. */
    public long row(int place) {
        checkPlace(place);
        return rows[place];
    }

    private void checkPlace(int place) {
        if (!sorted || place >= size) {
            throw new IllegalStateException(
                    sorted ? "no row in place " + place + " of " + size : "not sorted yet");
        }
    }

    private void insert(float offered, long row) {
        if (sorted) {
            throw new IllegalStateException("rows are sorted already; reset first");
        }
        float score = Float.isNaN(offered) ? Float.NEGATIVE_INFINITY : offered;
        if (score < threshold) {
            return;
        }
        if (size < limit) {
            ensureRoom();
            siftUp(score, row);
        } else if (isWorse(scores[0], rows[0], score, row)) {
            siftDown(score, row);
        }
        if (size == limit) {
            threshold = Math.max(scoreMin, scores[0]);
        }
    }

    private void ensureRoom() {
        if (size == scores.length) {
            int length = Math.min(limit, Math.max(16, 2 * size));
            scores = Arrays.copyOf(scores, length);
            rows = Arrays.copyOf(rows, length);
        }
    }

    private void siftUp(float score, long row) {
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!isWorse(score, row, scores[parent], rows[parent])) {
                break;
            }
            scores[at] = scores[parent];
            rows[at] = rows[parent];
            at = parent;
        }
        scores[at] = score;
        rows[at] = row;
    }

    private void siftDown(float score, long row) {
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size
                    && isWorse(scores[child + 1], rows[child + 1], scores[child], rows[child])) {
                child++;
            }
            if (!isWorse(scores[child], rows[child], score, row)) {
                break;
            }
            scores[at] = scores[child];
            rows[at] = rows[child];
            at = child;
        }
        scores[at] = score;
        rows[at] = row;
    }

    private static boolean isWorse(float score, long row, float otherScore, long otherRow) {
        return score < otherScore || (score == otherScore && row > otherRow);
    }
}
