package io.moraine.storage.internal.filter;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * What is known of each row of a segment without reading its payload: that it passes a filter, that
 * it does not, or neither. Rows come in words of 64. Not safe for use by several threads while it
 * changes.
 *
 * <p>Invariant: who is sure to pass may pass.
 */
public final class Verdict {

    private final long[] sure;
    private final long[] possible;

    private Verdict(long[] sure, long[] possible) {
        this.sure = sure;
        this.possible = possible;
    }

    /** No row passes. */
    static Verdict none(int words) {
        return new Verdict(new long[words], new long[words]);
    }

    /** Every row passes. */
    static Verdict all(int words) {
        Verdict all = none(words);
        Arrays.fill(all.sure, -1L);
        Arrays.fill(all.possible, -1L);
        return all;
    }

    /** Nothing is known of any row. */
    static Verdict unknown(int words) {
        Verdict unknown = none(words);
        Arrays.fill(unknown.possible, -1L);
        return unknown;
    }

    /** Rows of a word that pass. */
    public long sure(int word) {
        return sure[word];
    }

    /** Rows of a word that may pass. */
    public long possible(int word) {
        return possible[word];
    }

    /** Whether a row passes for sure. */
    public boolean isSure(int row) {
        return (sure[row >>> 6] >>> row & 1) != 0;
    }

    /** Whether it is known of every row whether it passes. */
    public boolean isComplete() {
        return Arrays.equals(sure, possible);
    }

    /** Number of the first rows that may pass. */
    public int possibleRows(int rows) {
        int count = 0;
        for (int word = 0; word < rows >>> 6; word++) {
            count += Long.bitCount(possible[word]);
        }
        long last = (rows & 63) == 0 ? 0 : possible[rows >>> 6] & ~(-1L << rows);
        return count + Long.bitCount(last);
    }

    /** Number of words of the first rows in which some row may pass. */
    public int possibleWords(int rows) {
        int count = 0;
        for (int word = 0; word < (rows + 63) >>> 6; word++) {
            count += possible[word] == 0 ? 0 : 1;
        }
        return count;
    }

    /** Notes that a row passes; rows beyond the last word are left out. */
    void pass(int row) {
        if (row >>> 6 < sure.length) {
            sure[row >>> 6] |= 1L << row;
            possible[row >>> 6] |= 1L << row;
        }
    }

    /** Notes that a row may pass; rows beyond the last word are left out. */
    void mayPass(int row) {
        if (row >>> 6 < sure.length) {
            possible[row >>> 6] |= 1L << row;
        }
    }

    /** Notes that some rows of a word pass. */
    void pass(int word, long rows) {
        sure[word] |= rows;
        possible[word] |= rows;
    }

    /** Of the rows that pass for sure, those for which this holds are not sure any more. */
    void doubt(IntPredicate rows) {
        for (int word = 0; word < sure.length; word++) {
            for (long left = sure[word]; left != 0; left &= left - 1) {
                int bit = Long.numberOfTrailingZeros(left);
                if (rows.test((word << 6) + bit)) {
                    sure[word] &= ~(1L << bit);
                }
            }
        }
    }

    /** Nothing is known of rows from one on. */
    void forget(int firstRow) {
        int word = firstRow >>> 6;
        if (word >= sure.length) {
            return;
        }
        long from = -1L << firstRow;
        sure[word] &= ~from;
        possible[word] |= from;
        Arrays.fill(sure, word + 1, sure.length, 0);
        Arrays.fill(possible, word + 1, possible.length, -1L);
    }

    /** What is known when both must hold; changes this one. */
    Verdict and(Verdict other) {
        for (int word = 0; word < sure.length; word++) {
            sure[word] &= other.sure[word];
            possible[word] &= other.possible[word];
        }
        return this;
    }

    /** What is known when one must hold; changes this one. */
    Verdict or(Verdict other) {
        for (int word = 0; word < sure.length; word++) {
            sure[word] |= other.sure[word];
            possible[word] |= other.possible[word];
        }
        return this;
    }

    /** What is known of the opposite; changes this one. */
    Verdict negated() {
        for (int word = 0; word < sure.length; word++) {
            long passes = sure[word];
            sure[word] = ~possible[word];
            possible[word] = ~passes;
        }
        return this;
    }

    Verdict copy() {
        return new Verdict(sure.clone(), possible.clone());
    }
}
