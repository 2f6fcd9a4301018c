package io.moraine.storage.internal.filter;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * What is known of each row of a segment without reading its payload: that it passes a filter, that
 * it does not, or neither. Rows come in words of 64. Not safe for use by several threads while it
 * changes.
 *
 * <p>Two bits per row would be garbage after every question; so arrays of verdicts that were {@link
 * #release}d serve later ones.
 *
 * <p>Invariant: who is sure to pass may pass. Only the first {@code words} entries count.
 */
public final class Verdict {

    private static final long[] GONE = new long[0];

    private final int words;
    private long[] sure;
    private long[] possible;

    private Verdict(int words) {
        this.words = words;
        this.sure = WordArrays.take(words);
        this.possible = WordArrays.take(words);
    }

    /** No row passes. */
    static Verdict none(int words) {
        Verdict none = new Verdict(words);
        none.fill(0, 0, 0);
        return none;
    }

    /** Every row passes. */
    static Verdict all(int words) {
        Verdict all = new Verdict(words);
        all.fill(0, -1L, -1L);
        return all;
    }

    /** Nothing is known of any row. */
    static Verdict unknown(int words) {
        Verdict unknown = new Verdict(words);
        unknown.fill(0, 0, -1L);
        return unknown;
    }

    /** Gives the memory to later verdicts; nobody may ask this one any more. */
    public void release() {
        WordArrays.giveBack(sure);
        WordArrays.giveBack(possible);
        sure = GONE;
        possible = GONE;
    }

    private void fill(int fromWord, long sureRows, long possibleRows) {
        Arrays.fill(sure, fromWord, words, sureRows);
        Arrays.fill(possible, fromWord, words, possibleRows);
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
        return Arrays.equals(sure, 0, words, possible, 0, words);
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
        if (row >>> 6 < words) {
            sure[row >>> 6] |= 1L << row;
            possible[row >>> 6] |= 1L << row;
        }
    }

    /** Notes that a row may pass; rows beyond the last word are left out. */
    void mayPass(int row) {
        if (row >>> 6 < words) {
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
        for (int word = 0; word < words; word++) {
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
        if (word >= words) {
            return;
        }
        long from = -1L << firstRow;
        sure[word] &= ~from;
        possible[word] |= from;
        fill(word + 1, 0, -1L);
    }

    /** What is known when both must hold; changes this one and leaves the other. */
    Verdict and(Verdict other) {
        for (int word = 0; word < words; word++) {
            sure[word] &= other.sure[word];
            possible[word] &= other.possible[word];
        }
        return this;
    }

    /** What is known when one must hold; changes this one and leaves the other. */
    Verdict or(Verdict other) {
        for (int word = 0; word < words; word++) {
            sure[word] |= other.sure[word];
            possible[word] |= other.possible[word];
        }
        return this;
    }

    /** What is known of the opposite; changes this one. */
    Verdict negated() {
        for (int word = 0; word < words; word++) {
            long passes = sure[word];
            sure[word] = ~possible[word];
            possible[word] = ~passes;
        }
        return this;
    }

    Verdict copy() {
        Verdict copy = new Verdict(words);
        System.arraycopy(sure, 0, copy.sure, 0, words);
        System.arraycopy(possible, 0, copy.possible, 0, words);
        return copy;
    }
}
