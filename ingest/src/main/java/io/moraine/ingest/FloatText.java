package io.moraine.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON numbers as 32-bit floats, correctly rounded: the result has the same bits as {@link
 * Float#parseFloat}, without making objects.
 *
 * <p>Up to 18 significant digits are read as an integer {@code w}, eight at a time where they stand
 * together (D. Lemire, "Number Parsing at a Gigabyte per Second", Software: Practice and Experience
 * 51(8), 2021, section 9). The value {@code w · 10^e} is then computed in double precision, as in
 * W. Clinger, "How to Read Floating Point Numbers Accurately", PLDI 1990, with powers of ten that
 * are exact. Digits beyond the eighteenth, the conversion of {@code w} and at most two operations
 * leave it less than four units in the last place from the truth. Narrowing to float is right
 * unless the double lies that near to the midpoint between two floats; those, and values so small
 * that floats lose precision, go to {@link Float#parseFloat}.
 *
 * <p>Holds the position it stopped at; belongs to one thread at a time.
 */
final class FloatText {

    /** Longest number that is read, in characters. */
    static final int LENGTH_MAX = 1000;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Powers of ten that a double holds exactly. */
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22
    };

    private static final int POWER_MAX = 22;

    /** Sign, digit, point, two times eight bytes and the byte behind them. */
    private static final int USUAL_LENGTH_MAX = 20;

    private static final long[] TENS = {
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000
    };

    /** Eight times the character 0. */
    private static final long ZEROS = 0x3030303030303030L;

    /** Below these, another eight digits or another one fit a long. */
    private static final long ROOM_FOR_EIGHT = 90_000_000_000L;

    private static final long ROOM_FOR_ONE = 900_000_000_000_000_000L;

    /** The bits of a double that a float has no room for, and the value that lies in the middle. */
    private static final long TAIL_MASK = (1L << 29) - 1;

    private static final long TAIL_MIDPOINT = 1L << 28;
    private static final long TAIL_MARGIN = 8;

    private int position;
    private long digits;
    private int exponent;

    /** Position after the number read last. */
    int position() {
        return position;
    }

    /**
     * Reads a number of the usual form of a component: perhaps a sign, one digit, a point, one to
     * fifteen digits, then a comma or a bracket. Small enough to be compiled into its caller's
     * loop.
     *
     * @return the nearest float, {@link #position} is behind it; or NaN for a number of another
     *     form or one that needs care, which {@link #read} reads
     */
    float readUsual(byte[] text, int from, int limit) {
        if (from + USUAL_LENGTH_MAX > limit) {
            return Float.NaN;
        }
        // A sign is a coin toss to the processor: counted, not branched on.
        int minus = text[from] == '-' ? 1 : 0;
        int at = from + minus;
        int whole = text[at] - '0';
        if (whole < 0 || whole > 9 || text[at + 1] != '.') {
            return Float.NaN;
        }
        long first = (long) LONGS.get(text, at + 2) ^ ZEROS;
        int count = leadingDigits(first);
        long value;
        if (count == 8) {
            long second = (long) LONGS.get(text, at + 10) ^ ZEROS;
            int more = leadingDigits(second);
            value = 100_000_000L * whole + eightDigits(first);
            value = TENS[more] * value + eightDigits(second << 8 << (56 - 8 * (more & 7)));
            count = 8 + more;
        } else {
            value = TENS[count] * whole + eightDigits(first << 8 << (56 - 8 * count));
        }
        at += 2 + count;
        byte next = text[at];
        double scaled = value / POWERS[count];
        long tail = Double.doubleToRawLongBits(scaled) & TAIL_MASK;
        if ((next != ',' && next != ']')
                || scaled < Float.MIN_NORMAL
                || Math.abs(tail - TAIL_MIDPOINT) <= TAIL_MARGIN
                || count == 0
                || count > 15) {
            return Float.NaN;
        }
        position = at;
        return signed((float) scaled, minus);
    }

    /**
     * Reads a number.
     *
     * @param text where it stands
     * @param from its first byte
     * @param limit end of the text
     * @return the nearest float; infinite when it is too large
     * @throws DecodeFault if there is no JSON number
     */
    float read(byte[] text, int from, int limit) throws DecodeFault {
        int at = from;
        // A sign is a coin toss to the processor: counted, not branched on.
        int minus = at < limit && text[at] == '-' ? 1 : 0;
        at = readInteger(text, at + minus, limit);
        if (at < limit && text[at] == '.') {
            at = readFraction(text, at + 1, limit);
        }
        if (at < limit && (text[at] | 0x20) == 'e') {
            at = readExponent(text, at + 1, limit);
        }
        position = at;
        if (at - from > LENGTH_MAX) {
            throw new DecodeFault(
                    RejectionReason.VALUE_MALFORMED,
                    "number of more than " + LENGTH_MAX + " characters at byte " + from);
        }
        if (digits == 0) {
            return signed(0f, minus);
        }
        if (exponent >= -2 * POWER_MAX && exponent <= 2 * POWER_MAX) {
            double value = scaled(digits, exponent);
            long tail = Double.doubleToRawLongBits(value) & TAIL_MASK;
            if (value >= Float.MIN_NORMAL && Math.abs(tail - TAIL_MIDPOINT) > TAIL_MARGIN) {
                return signed((float) value, minus);
            }
        }
        return Float.parseFloat(new String(text, from, at - from, StandardCharsets.ISO_8859_1));
    }

    private static float signed(float value, int minus) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(value) | minus << 31);
    }

    private int readInteger(byte[] text, int from, int limit) throws DecodeFault {
        int at = from;
        long value = 0;
        int dropped = 0;
        while (at < limit && isDigit(text[at])) {
            if (value < ROOM_FOR_ONE) {
                value = 10 * value + (text[at] - '0');
            } else {
                dropped++;
            }
            at++;
        }
        if (at == from || (text[from] == '0' && at - from > 1)) {
            throw fault(from);
        }
        digits = value;
        exponent = dropped;
        return at;
    }

    private int readFraction(byte[] text, int from, int limit) throws DecodeFault {
        int at = from;
        long value = digits;
        while (at + 8 <= limit && value < ROOM_FOR_EIGHT) {
            long eight = (long) LONGS.get(text, at) ^ ZEROS;
            int count = leadingDigits(eight);
            if (count < 8) {
                // The digits move up, zeros come in before them; in two steps, for none at all.
                value = TENS[count] * value + eightDigits(eight << 8 << (56 - 8 * count));
                at += count;
                if (at == from) {
                    throw fault(from);
                }
                exponent -= at - from;
                digits = value;
                return at;
            }
            value = 100_000_000 * value + eightDigits(eight);
            at += 8;
        }
        while (at < limit && isDigit(text[at]) && value < ROOM_FOR_ONE) {
            value = 10 * value + (text[at] - '0');
            at++;
        }
        exponent -= at - from;
        digits = value;
        while (at < limit && isDigit(text[at])) {
            at++;
        }
        if (at == from) {
            throw fault(from);
        }
        return at;
    }

    private int readExponent(byte[] text, int from, int limit) throws DecodeFault {
        int at = from;
        boolean negative = at < limit && text[at] == '-';
        if (negative || (at < limit && text[at] == '+')) {
            at++;
        }
        int first = at;
        int value = 0;
        while (at < limit && isDigit(text[at])) {
            value = Math.min(100_000, 10 * value + (text[at] - '0'));
            at++;
        }
        if (at == first) {
            throw fault(first);
        }
        exponent += negative ? -value : value;
        return at;
    }

    private static double scaled(long digits, int exponent) {
        double value = digits;
        int power = Math.abs(exponent);
        if (power > POWER_MAX) {
            value = exponent < 0 ? value / POWERS[POWER_MAX] : value * POWERS[POWER_MAX];
            power -= POWER_MAX;
        }
        return exponent < 0 ? value / POWERS[power] : value * POWERS[power];
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    /**
     * How many of eight bytes, from the lowest on, are digits.
     *
     * @param eight the bytes, each combined with '0' by exclusive or: digits are 0 to 9
     */
    private static int leadingDigits(long eight) {
        // 10 and more carry into the eighth bit. A carry out of a byte spoils only those after it.
        long others = ((eight + 0x7676767676767676L) | eight) & 0x8080808080808080L;
        return Long.numberOfTrailingZeros(others) >>> 3;
    }

    /** The value of eight digits 0 to 9, the first in the lowest byte. */
    private static long eightDigits(long eight) {
        long pairs = 10 * eight + (eight >>> 8);
        long mask = 0x000000FF000000FFL;
        long odd = (pairs & mask) * (100 + (1_000_000L << 32));
        long even = ((pairs >>> 16) & mask) * (1 + (10_000L << 32));
        return (odd + even) >>> 32;
    }

    private static DecodeFault fault(int at) {
        return new DecodeFault(RejectionReason.VALUE_MALFORMED, "no number at byte " + at);
    }
}
