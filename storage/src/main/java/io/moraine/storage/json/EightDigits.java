package io.moraine.storage.json;

/**
 * Arithmetic on eight characters in one long, the first in its lowest byte, after {@link #ZEROS}
 * was combined with them by exclusive or: digits are then 0 to 9 (D. Lemire, "Number Parsing at a
 * Gigabyte per Second", Software: Practice and Experience 51(8), 2021, section 9).
 */
final class EightDigits {

    /** Eight times the character 0. */
    static final long ZEROS = 0x3030303030303030L;

    /** Added to a byte of 10 or more, carries into its highest bit. */
    static final long TEN_CARRIES = 0x7676767676767676L;

    static final long HIGH_BITS = 0x8080808080808080L;

    /** Every other pair of digits, after {@link #value} has made pairs. */
    static final long PAIRS = 0x000000FF000000FFL;

    /** Weights of the first and third pair, and of the second and fourth. */
    static final long ODD_WEIGHTS = 100 + (1_000_000L << 32);

    static final long EVEN_WEIGHTS = 1 + (10_000L << 32);

    private EightDigits() {}

    /** How many, from the first on, are digits. */
    static int leading(long eight) {
        // A carry out of a byte spoils only those behind it.
        return Long.numberOfTrailingZeros(others(eight)) >>> 3;
    }

    /** The number that eight digits make. */
    static long value(long eight) {
        long pairs = 10 * eight + (eight >>> 8);
        long odd = (pairs & PAIRS) * ODD_WEIGHTS;
        long even = ((pairs >>> 16) & PAIRS) * EVEN_WEIGHTS;
        return (odd + even) >>> 32;
    }

    /** The first {@code count} of eight, 0 to 8, and zeros for the rest. */
    static long first(long eight, int count) {
        // In two steps, since a shift by 64 is none.
        int half = 4 * count;
        return eight & ~((-1L << half) << half);
    }

    private static long others(long eight) {
        return ((eight + TEN_CARRIES) | eight) & HIGH_BITS;
    }
}
