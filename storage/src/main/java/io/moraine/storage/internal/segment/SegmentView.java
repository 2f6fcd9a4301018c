package io.moraine.storage.internal.segment;

import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.VectorValues;

/**
 * A segment as a reader at one sequence number sees it: rows with {@code born <= sequence < died}.
 * Owns nothing; the segment must stay pinned while it is used. Safe for use by several threads.
 */
public final class SegmentView {

    private final Segment segment;
    private final long sequence;
    private final int rows;
    private final RowMask visible;

    private SegmentView(Segment segment, long sequence, int rows) {
        this.segment = segment;
        this.sequence = sequence;
        this.rows = rows;
        this.visible = segment.diedColumn().alive(sequence, rows);
    }

    /** A segment at a sequence number that the caller has acquired from the shard's writer. */
    public static SegmentView of(Segment segment, long sequence) {
        return new SegmentView(segment, sequence, segment.rowsBornBy(sequence));
    }

    /** The segment that is looked at. */
    public Segment segment() {
        return segment;
    }

    /** Number of leading rows that were born; some of them may be dead. */
    public int rows() {
        return rows;
    }

    /** The rows that are alive. */
    public RowMask visible() {
        return visible;
    }

    /** The rows that are alive and carry a vector in a slot. */
    public RowMask visible(int slot) {
        return visible.and(segment.present(slot));
    }

    /** The vectors in a slot; rows that {@link #visible(int)} hides hold arbitrary bytes. */
    public VectorValues vectors(int slot) {
        return new VectorColumn(segment, slot, rows);
    }

    /** Whether a row is alive. */
    public boolean isVisible(int row) {
        return row < rows && segment.died(row) > sequence;
    }

    /** The newest row of an id that was born, dead or alive, or -1. */
    public int newest(IdKey key) {
        int row = segment.newestRow(key);
        while (row >= rows) {
            row = segment.previousRow(row);
        }
        return row;
    }

    /** The row of an id that is alive, or -1. */
    public int find(IdKey key) {
        int row = newest(key);
        return row >= 0 && segment.died(row) > sequence ? row : -1;
    }

    /** Number of rows that are alive. */
    public int count() {
        int count = 0;
        for (int block = RowMask.blocks(rows) - 1; block >= 0; block--) {
            count += Long.bitCount(visible.word(block));
        }
        return count;
    }
}
