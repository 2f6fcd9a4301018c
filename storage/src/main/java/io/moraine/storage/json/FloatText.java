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
 *
 * <p>Not safe for use by several threads at once.
 */
final class FloatText {

    private static final int POWER_MAX = 60;

    /** Digits are gathered below this, so that there are at most 18 of them. */
    private static final long KEPT_MAX = 100_000_000_000_000_000L;

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

    private int end;

    /** Where the number that was read last ends. */
    int end() {
        return end;
    }

    /**
     * Reads a number as JSON writes them (RFC 8259, section 6), in one pass.
     *
     * @param bytes the text
     * @param from where the number starts
     * @param to where the text ends
     * @return the nearest float; infinite when the number is too large for one
     * @throws JsonException if there is no number, or a malformed one
     */
    float read(byte[] bytes, int from, int to) {
        int at = from;
        boolean negative = at < to && bytes[at] == '-';
        if (negative) {
            at++;
        }
        long digits = 0;
        int scale = 0;
        int whole = at;
        for (; at < to && isDigit(bytes[at]); at++) {
            if (digits < KEPT_MAX) {
                digits = digits * 10 + (bytes[at] - '0');
            } else {
                scale++;
            }
        }
        boolean sound = at > whole && (bytes[whole] != '0' || at == whole + 1);
        if (at < to && bytes[at] == '.') {
            int fraction = ++at;
            for (; at < to && isDigit(bytes[at]); at++) {
                if (digits < KEPT_MAX) {
                    digits = digits * 10 + (bytes[at] - '0');
                    scale--;
                }
            }
            sound &= at > fraction;
        }
        if (at < to && (bytes[at] | 0x20) == 'e') {
            int exponent = exponentEnd(bytes, at + 1, to);
            sound &= exponent > 0;
            scale += sound ? exponent(bytes, at + 1, exponent) : 0;
            at = sound ? exponent : at;
        }
        if (!sound) {
            throw new JsonException("incomplete number, or one that starts with 0", from);
        }
        end = at;
        return scaled(bytes, from, negative, digits, scale);
    }

    private float scaled(byte[] bytes, int from, boolean negative, long digits, int scale) {
        if (digits == 0) {
            return negative ? -0.0f : 0.0f;
        }
        if (scale < -POWER_MAX || scale > POWER_MAX) {
            return slow(bytes, from, end);
        }
        double value = scale < 0 ? digits / POWERS[-scale] : digits * POWERS[scale];
        long rest = Double.doubleToRawLongBits(value) & REST_BITS;
        if (value < 2 * Float.MIN_NORMAL || Math.abs(rest - MIDPOINT) <= DOUBT) {
            return slow(bytes, from, end);
        }
        return (float) (negative ? -value : value);
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** Where an exponent ends, or -1 when it has no digits. */
    private static int exponentEnd(byte[] bytes, int from, int to) {
        int at = from;
        if (at < to && (bytes[at] == '+' || bytes[at] == '-')) {
            at++;
        }
        int digits = at;
        while (at < to && isDigit(bytes[at])) {
            at++;
        }
        return at > digits ? at : -1;
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
