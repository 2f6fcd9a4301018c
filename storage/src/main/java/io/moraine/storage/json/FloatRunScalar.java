package io.moraine.storage.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads a run number by number, eight digits at a time. */
final class FloatRunScalar extends FloatRun {

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Sign, digit, point, two times eight bytes and the one behind them. */
    private static final int REACH = 20;

    private int end;

    @Override
    public int end() {
        return end;
    }

    @Override
    public int read(byte[] text, int from, int to, float[] values, int index) {
        int start = from;
        int i = index;
        end = from;
        while (i < values.length) {
            start = afterSpace(text, start, to);
            float value = start + REACH <= to ? readUsual(text, start, to) : Float.NaN;
            if (Float.isNaN(value)) {
                value = readSingle(text, start, to);
                if (Float.isNaN(value)) {
                    break;
                }
                end = singleEnd();
            }
            values[i++] = value;
            start = end + 1;
            if (text[end] == ']') {
                break;
            }
        }
        return i - index;
    }

    /** Reads a number of the usual form, or NaN; {@link #end} is behind it. */
    private float readUsual(byte[] text, int start, int to) {
        // A sign is a coin toss to the processor: counted, not branched on.
        int minus = text[start] == '-' ? 1 : 0;
        int fraction = start + minus + 2;
        int whole = text[fraction - 2] - '0';
        // Both words always: whether the second holds digits is a coin toss too.
        long left = (long) LONGS.get(text, fraction) ^ EightDigits.ZEROS;
        long right = (long) LONGS.get(text, fraction + 8) ^ EightDigits.ZEROS;
        int count = EightDigits.leading(left);
        int more = EightDigits.leading(right) * (count >>> 3);
        int behind = fraction + count + more;
        if (count + more == FRACTION_KEPT) {
            behind = afterDigits(text, behind, to);
        }
        long value =
                whole * UNIT
                        + EightDigits.value(EightDigits.first(left, count)) * EIGHT_ZEROS
                        + EightDigits.value(EightDigits.first(right, more));
        double scaled = value / (double) UNIT;
        long tail = Double.doubleToRawLongBits(scaled) & TAIL_MASK;
        if (whole < 0
                || whole > 9
                || text[fraction - 1] != '.'
                || count == 0
                || behind - fraction > FRACTION_MAX
                || (text[behind] != ',' && text[behind] != ']')
                || value < SMALLEST
                || Math.abs(tail - TAIL_MIDPOINT) <= TAIL_MARGIN) {
            return Float.NaN;
        }
        end = behind;
        return Float.intBitsToFloat(Float.floatToRawIntBits((float) scaled) | minus << 31);
    }

    /** Behind the digits, or the last byte if there is nothing behind them. */
    private static int afterDigits(byte[] text, int from, int to) {
        int at = from;
        while (at < to - 1 && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        return at;
    }
}
