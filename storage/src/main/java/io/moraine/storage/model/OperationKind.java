package io.moraine.storage.model;

/** What an operation asks of its point. */
public enum OperationKind {
    /** Replaces the whole point: vectors and payload. */
    UPSERT(1),
    /** Removes the point and leaves a tombstone with the operation's version. */
    DELETE(2);

    private final byte code;

    OperationKind(int code) {
        this.code = (byte) code;
    }

    /** The number that stands for this kind in an encoded operation; never reused. */
    public byte code() {
        return code;
    }

    /**
     * The kind with the given code.
     *
     * @throws IllegalArgumentException if no kind has it
     */
    public static OperationKind ofCode(byte code) {
        return switch (code) {
            case 1 -> UPSERT;
            case 2 -> DELETE;
            default -> throw new IllegalArgumentException("unknown operation kind " + code);
        };
    }
}
