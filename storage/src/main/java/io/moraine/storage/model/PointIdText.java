package io.moraine.storage.model;

/** Tells which texts are integers and UUIDs in canonical form, without making objects. */
final class PointIdText {

    private static final int UUID_TEXT_LENGTH = 36;
    private static final int NUMERIC_DIGITS_MAX = 20;

    private PointIdText() {}

    /** Whether the text is a canonical unsigned 64-bit integer: digits, no leading zero. */
    static boolean isNumeric(byte[] text, int from, int length) {
        if (length < 1 || length > NUMERIC_DIGITS_MAX || (text[from] == '0' && length > 1)) {
            return false;
        }
        for (int i = from; i < from + length; i++) {
            if (text[i] < '0' || text[i] > '9') {
                return false;
            }
        }
        return length < NUMERIC_DIGITS_MAX || fitsUnsignedLong(text, from);
    }

    /** The value of a text for which {@link #isNumeric} holds. */
    static long numericValue(byte[] text, int from, int length) {
        long value = 0;
        for (int i = from; i < from + length; i++) {
            value = value * 10 + (text[i] - '0');
        }
        return value;
    }

    /** Whether the text is a UUID in canonical form: lower-case hexadecimal, 8-4-4-4-12. */
    static boolean isUuid(byte[] text, int from, int length) {
        if (length != UUID_TEXT_LENGTH) {
            return false;
        }
        for (int i = 0; i < UUID_TEXT_LENGTH; i++) {
            byte c = text[from + i];
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            if (dash ? c != '-' : !hex) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether the text is ASCII of a length that an id may have, and neither an integer nor a UUID:
     * the common text id, recognized without decoding it.
     */
    static boolean isPlainText(byte[] text, int from, int length) {
        if (length < 1 || length > PointId.KEY_BYTES_MAX) {
            return false;
        }
        for (int i = from; i < from + length; i++) {
            if (text[i] < 0) {
                return false;
            }
        }
        return !isNumeric(text, from, length) && !isUuid(text, from, length);
    }

    /** Compares a text of twenty digits with 2^64 - 1. */
    private static boolean fitsUnsignedLong(byte[] text, int from) {
        String max = "18446744073709551615";
        for (int i = 0; i < NUMERIC_DIGITS_MAX; i++) {
            int difference = text[from + i] - max.charAt(i);
            if (difference != 0) {
                return difference < 0;
            }
        }
        return true;
    }
}
