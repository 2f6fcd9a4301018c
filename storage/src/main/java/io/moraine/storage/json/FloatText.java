package io.moraine.storage.json;

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
public final class FloatText {

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Powers of ten that a double holds exactly. */
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22
    };

    private static final int POWER_MAX = 22;

    private static final long[] TENS = {
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000
    };

    /** Below these, another eight digits or another one fit a long. */
    private static final long ROOM_FOR_EIGHT = 90_000_000_000L;

    private static final long ROOM_FOR_ONE = 900_000_000_000_000_000L;

    /** The bits of a double that a float has no room for, and the value that lies in the middle. */
    private static final long TAIL_MASK = (1L << 29) - 1;

    private static final long TAIL_MIDPOINT = 1L << 28;
    private static final long TAIL_MARGIN = 8;

    private int end;
    private long digits;
    private int exponent;

    /** Index of the byte behind the number that was read last. */
    public int end() {
        return end;
    }

    /**
     * Reads a number as JSON writes them (RFC 8259, section 6).
     *
     * @param text where it stands
     * @param from its first byte
     * @param to where the text ends
     * @return the nearest float; infinite when it is too large for one
     * @throws JsonException if there is no number, or a malformed one
     */
    public float read(byte[] text, int from, int to) {
        int at = from;
        // A sign is a coin toss to the processor: counted, not branched on.
        int minus = at < to && text[at] == '-' ? 1 : 0;
        at = readInteger(text, at + minus, to);
        if (at < to && text[at] == '.') {
            at = readFraction(text, at + 1, to);
        }
        if (at < to && (text[at] | 0x20) == 'e') {
            at = readExponent(text, at + 1, to);
        }
        end = at;
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

    private int readInteger(byte[] text, int from, int to) {
        int at = from;
        long value = 0;
        int dropped = 0;
        while (at < to && isDigit(text[at])) {
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

    private int readFraction(byte[] text, int from, int to) {
        int at = from;
        long value = digits;
        while (at + 8 <= to && value < ROOM_FOR_EIGHT) {
            long eight = (long) LONGS.get(text, at) ^ EightDigits.ZEROS;
            int count = EightDigits.leading(eight);
            if (count < 8) {
                // The digits move up, zeros come in before them; in two steps, for none at all.
                value = TENS[count] * value + EightDigits.value(eight << 8 << (56 - 8 * count));
                at += count;
                if (at == from) {
                    throw fault(from);
                }
                exponent -= at - from;
                digits = value;
                return at;
            }
            value = 100_000_000 * value + EightDigits.value(eight);
            at += 8;
        }
        while (at < to && isDigit(text[at]) && value < ROOM_FOR_ONE) {
            value = 10 * value + (text[at] - '0');
            at++;
        }
        exponent -= at - from;
        digits = value;
        while (at < to && isDigit(text[at])) {
            at++;
        }
        if (at == from) {
            throw fault(from);
        }
        return at;
    }

    private int readExponent(byte[] text, int from, int to) {
        int at = from;
        boolean negative = at < to && text[at] == '-';
        if (negative || (at < to && text[at] == '+')) {
            at++;
        }
        int first = at;
        int value = 0;
        while (at < to && isDigit(text[at])) {
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

    private static JsonException fault(int at) {
        return new JsonException("incomplete number, or one that starts with 0", at);
    }
}
