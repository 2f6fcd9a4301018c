package io.moraine.storage.json;

import java.nio.charset.StandardCharsets;

/**
 * Turns decimal text into the nearest float, exactly as {@link Float#parseFloat} does, mostly
 * without making objects.
 *
 * <p>The significant digits are gathered in a {@code long} and scaled by a power of ten in double
 * arithmetic: at most three roundings, so the double is within four units of its last place of the
 * true value (the digits beyond the eighteenth, worth less than 2^-56 of the value, included).
 * Narrowing it gives the right float unless the midpoint of two floats lies within that distance;
 * then, and for values near the subnormal range, the slow way decides. (Clinger, "How to read
 * floating point numbers accurately", 1990, is the ancestor of such fast paths.)
 */
final class FloatText {

    private static final int POWER_MAX = 60;
    private static final int DIGITS_KEPT = 18;
    private static final double[] POWERS = new double[POWER_MAX + 1];

    /** The 29 bits of a double that a float has no room for, and their value at a midpoint. */
    private static final long REST_BITS = (1L << 29) - 1;

    private static final long MIDPOINT = 1L << 28;
    private static final long DOUBT = 8;

    static {
        for (int i = 0; i <= POWER_MAX; i++) {
            POWERS[i] = Double.parseDouble("1e" + i);
        }
    }

    private FloatText() {}

    /**
     * The nearest float to a number.
     *
     * @param bytes text of which [from, to) is a number as JSON writes them
     * @return the float; infinite when the number is too large for one
     */
    static float parse(byte[] bytes, int from, int to) {
        int at = from;
        boolean negative = bytes[at] == '-';
        if (negative) {
            at++;
        }
        long digits = 0;
        int kept = 0;
        int scale = 0;
        boolean fraction = false;
        for (; at < to; at++) {
            int c = bytes[at];
            if (c == '.') {
                fraction = true;
            } else if (c >= '0' && c <= '9') {
                if (kept < DIGITS_KEPT) {
                    digits = digits * 10 + (c - '0');
                    kept += digits == 0 ? 0 : 1;
                    scale -= fraction ? 1 : 0;
                } else {
                    scale += fraction ? 0 : 1;
                }
            } else {
                scale += exponent(bytes, at + 1, to);
                break;
            }
        }
        if (digits == 0) {
            return negative ? -0.0f : 0.0f;
        }
        if (scale < -POWER_MAX || scale > POWER_MAX) {
            return slow(bytes, from, to);
        }
        double value = scale < 0 ? digits / POWERS[-scale] : digits * POWERS[scale];
        long rest = Double.doubleToRawLongBits(value) & REST_BITS;
        if (value < 2 * Float.MIN_NORMAL || Math.abs(rest - MIDPOINT) <= DOUBT) {
            return slow(bytes, from, to);
        }
        return (float) (negative ? -value : value);
    }

    private static int exponent(byte[] bytes, int from, int to) {
        int at = from;
        boolean negative = bytes[at] == '-';
        if (negative || bytes[at] == '+') {
            at++;
        }
        int value = 0;
        for (; at < to; at++) {
            value = Math.min(100_000, value * 10 + (bytes[at] - '0'));
        }
        return negative ? -value : value;
    }

    private static float slow(byte[] bytes, int from, int to) {
        return Float.parseFloat(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
    }
}
