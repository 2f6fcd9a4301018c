package io.moraine.storage.model;

/**
 * What an operation asks of its point. Kinds other than {@link #UPSERT} and {@link #DELETE} change
 * a part of a point and keep the rest; of a point that does not exist they change nothing.
 */
public enum OperationKind {
    /** Replaces the whole point: vectors and payload. */
    UPSERT(1),
    /** Removes the point and leaves a tombstone with the operation's version. */
    DELETE(2),
    /** Sets keys of the payload, at its top or inside what a path names, and keeps the others. */
    SET_PAYLOAD(3),
    /** Replaces the payload and keeps the vectors. */
    OVERWRITE_PAYLOAD(4),
    /** Removes what paths name from the payload. */
    DELETE_PAYLOAD(5),
    /** Removes the payload. */
    CLEAR_PAYLOAD(6),
    /** Replaces or adds some vectors. */
    UPDATE_VECTORS(7),
    /** Removes some vectors. */
    DELETE_VECTORS(8);

    private static final OperationKind[] BY_CODE = new OperationKind[values().length + 1];

    static {
        for (OperationKind kind : values()) {
            BY_CODE[kind.code] = kind;
        }
    }

    private final byte code;

    OperationKind(int code) {
        this.code = (byte) code;
    }

    /** The number that stands for this kind in an encoded operation; never reused. */
    public byte code() {
        return code;
    }

    /** Whether the point keeps what the operation does not name. */
    public boolean isPartial() {
        return this != UPSERT && this != DELETE;
    }

    /** Whether an operation of this kind may carry vectors. */
    public boolean takesVectors() {
        return this == UPSERT || this == UPDATE_VECTORS;
    }

    /** Whether an operation of this kind may carry a payload. */
    public boolean takesPayload() {
        return this == UPSERT || this == SET_PAYLOAD || this == OVERWRITE_PAYLOAD;
    }

    /** Whether a kind has the given code. */
    public static boolean isCode(byte code) {
        return code > 0 && code < BY_CODE.length;
    }

    /**
     * The kind with the given code.
     *
     * @throws IllegalArgumentException if no kind has it
     */
    public static OperationKind ofCode(byte code) {
        if (!isCode(code)) {
            throw new IllegalArgumentException("unknown operation kind " + code);
        }
        return BY_CODE[code];
    }
}
