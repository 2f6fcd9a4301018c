package io.moraine.storage.json;

/**
 * Reads the numbers of a JSON array as floats, many at a time.
 *
 * <p>A run ends before anything that needs a closer look, which may be in order: a number that is
 * too large for a float, one of more than {@value #NUMBER_LENGTH_MAX} characters, white space
 * behind a number, something that is no number. The caller takes it from there.
 *
 * <p>Most numbers have one digit before the point and up to {@value #FRACTION_MAX} behind it:
 * {@code w} ten-quadrillionths, {@code w} a long. {@code w / 10^16} in double precision, digits
 * beyond the sixteenth dropped, is off by less than 10^-16 and two roundings, which from 2^-13 on
 * is less than 4,000 units in the last place. It is narrowed unless the midpoint of two floats lies
 * that near (one number in 65,000) and read by {@link FloatText} otherwise, so that the result has
 * the bits of {@link Float#parseFloat} always.
 *
 * <p>Not safe for use by several threads at once.
 */
public abstract sealed class FloatRun permits FloatRunScalar, FloatRunSimd {

    /** Longest number that belongs to a run, in characters. */
    public static final int NUMBER_LENGTH_MAX = 64;

    /** Most digits behind the point that are read the fast way. */
    static final int FRACTION_MAX = 24;

    /** Digits behind the point that count. */
    static final int FRACTION_KEPT = 16;

    /** 10^8 and 10^16. */
    static final long EIGHT_ZEROS = 100_000_000L;

    static final long UNIT = 10_000_000_000_000_000L;

    /** 2^-13 in ten-quadrillionths. */
    static final long SMALLEST = UNIT >> 13;

    /** The bits of a double that a float has no room for, and the value that lies in the middle. */
    static final long TAIL_MASK = (1L << 29) - 1;

    static final long TAIL_MIDPOINT = 1L << 28;
    static final long TAIL_MARGIN = 4096;

    private final FloatText single = new FloatText();

    /**
     * Reads numbers that stand in an array.
     *
     * @param text where they stand
     * @param from first byte of a number, or of white space before it
     * @param to where the text ends
     * @param values takes them from {@code index} on; the run ends when it is full
     * @return how many; each is followed by a comma or a closing bracket
     * @throws JsonException if a number is malformed
     */
    public abstract int read(byte[] text, int from, int to, float[] values, int index);

    /** Index of the byte behind the run that was read last: a comma or a closing bracket. */
    public abstract int end();

    /**
     * Reads one number of any form that belongs to a run.
     *
     * @return NaN if it does not; else {@link #singleEnd} is behind it
     */
    final float readSingle(byte[] text, int from, int to) {
        byte c = from < to ? text[from] : 0;
        if (c != '-' && (c < '0' || c > '9')) {
            return Float.NaN;
        }
        float value = single.read(text, from, to);
        int end = single.end();
        boolean delimited = end < to && (text[end] == ',' || text[end] == ']');
        return delimited && Float.isFinite(value) && end - from <= NUMBER_LENGTH_MAX
                ? value
                : Float.NaN;
    }

    static int afterSpace(byte[] text, int from, int to) {
        int at = from;
        while (at < to
                && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
            at++;
        }
        return at;
    }

    final int singleEnd() {
        return single.end();
    }
}
