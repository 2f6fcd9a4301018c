package io.moraine.storage.model;

/**
 * How two vectors are compared.
 *
 * <p>Inside Moraine a score is always "higher is better": cosine and dot product as they are,
 * euclidean and manhattan distances negated. Only the HTTP layer turns the sign back.
 */
public enum Distance {
    /** Cosine similarity; vectors are brought to unit length when they are written. */
    COSINE(1),
    /** Inner product. */
    DOT(2),
    /** Negated euclidean distance (not squared). */
    EUCLID(3),
    /** Negated sum of absolute differences. */
    MANHATTAN(4);

    private final int code;

    Distance(int code) {
        this.code = code;
    }

    /** The number that stands for this distance in files; never reused. */
    public int code() {
        return code;
    }

    /**
     * The distance with the given file code.
     *
     * @throws IllegalArgumentException if no distance has it
     */
    public static Distance ofCode(int code) {
        for (Distance distance : values()) {
            if (distance.code == code) {
                return distance;
            }
        }
        throw new IllegalArgumentException("unknown distance code " + code);
    }
}
