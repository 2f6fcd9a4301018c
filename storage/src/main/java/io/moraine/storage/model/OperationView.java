package io.moraine.storage.model;

import static io.moraine.storage.model.OperationFormat.ARGUMENT_BYTES_SIZE;
import static io.moraine.storage.model.OperationFormat.DROPPED_SLOTS_BYTES;
import static io.moraine.storage.model.OperationFormat.HEADER_BYTES;
import static io.moraine.storage.model.OperationFormat.I32;
import static io.moraine.storage.model.OperationFormat.I64;
import static io.moraine.storage.model.OperationFormat.ID_LENGTH_AT;
import static io.moraine.storage.model.OperationFormat.KIND_AT;
import static io.moraine.storage.model.OperationFormat.PAYLOAD_LENGTH_AT;
import static io.moraine.storage.model.OperationFormat.TIMESTAMP_MS_AT;
import static io.moraine.storage.model.OperationFormat.U16;
import static io.moraine.storage.model.OperationFormat.VECTOR_COUNT_AT;
import static io.moraine.storage.model.OperationFormat.VECTOR_HEADER_BYTES;
import static io.moraine.storage.model.OperationFormat.VERSION_AT;
import static io.moraine.storage.model.OperationFormat.VERSION_SCOPE_AT;
import static io.moraine.storage.model.OperationFormat.padTo4;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads an encoded operation in place: a window that is moved from one operation to the next and
 * owns no memory. Not safe for use by several threads at once.
 */
public final class OperationView {

    private MemorySegment memory = MemorySegment.NULL;
    private long start;
    private long length;

    /**
     * Looks at other bytes.
     *
     * @param memory where the operation lies
     * @param start its first byte
     * @param length its length in bytes
     * @return this view
     */
    public OperationView wrap(MemorySegment memory, long start, long length) {
        this.memory = memory;
        this.start = start;
        this.length = length;
        return this;
    }

    /** The memory in which the operation lies. */
    public MemorySegment memory() {
        return memory;
    }

    /** Position of the operation's first byte in {@link #memory}. */
    public long start() {
        return start;
    }

    /** Length of the operation in bytes. */
    public long length() {
        return length;
    }

    /** What is asked. */
    public OperationKind kind() {
        return OperationKind.ofCode(memory.get(ValueLayout.JAVA_BYTE, start + KIND_AT));
    }

    /** Timestamp of the Kafka record, milliseconds since the epoch. */
    public long timestampMs() {
        return memory.get(I64, start + TIMESTAMP_MS_AT);
    }

    /** External version, or 0 when the sequence number is the version. */
    public long version() {
        return memory.get(I64, start + VERSION_AT);
    }

    /** Scope of the external version; versions of different scopes are never compared. */
    public int versionScope() {
        return memory.get(I32, start + VERSION_SCOPE_AT);
    }

    /** Position of the encoded id in {@link #memory}. */
    public long idPosition() {
        return start + HEADER_BYTES;
    }

    /** Bytes of the encoded id. */
    public int idLength() {
        return memory.get(I32, start + ID_LENGTH_AT);
    }

    /** The id, as an object. */
    public PointId id() {
        return PointId.decode(memory, idPosition(), idLength());
    }

    /** Number of vectors. */
    public int vectorCount() {
        return Short.toUnsignedInt(memory.get(U16, start + VECTOR_COUNT_AT));
    }

    /**
     * Position in {@link #memory} of the first component of the vector in a slot, or -1 when the
     * operation has none.
     */
    public long vectorPosition(int slot) {
        long at = vectorsStart();
        for (int i = vectorCount(); i > 0; i--) {
            if (memory.get(I32, at) == slot) {
                return at + VECTOR_HEADER_BYTES;
            }
            at += VECTOR_HEADER_BYTES + 4L * memory.get(I32, at + 4);
        }
        return -1;
    }

    /**
     * The paths of an operation that takes some: where {@link OperationKind#SET_PAYLOAD} sets keys
     * (none means at the top), what {@link OperationKind#DELETE_PAYLOAD} removes; empty for others.
     *
     * @throws InvalidOperationException if one is no path, or lies outside the operation
     */
    public List<PayloadPath> payloadPaths() {
        OperationKind kind = kind();
        if (kind != OperationKind.SET_PAYLOAD && kind != OperationKind.DELETE_PAYLOAD) {
            return List.of();
        }
        List<PayloadPath> paths = new ArrayList<>();
        long at = argumentsStart() + ARGUMENT_BYTES_SIZE;
        long end = argumentsEnd();
        while (at < end) {
            int size = end - at < 4 ? -1 : memory.get(I32, at);
            expect(size >= 0 && size <= end - at - 4, "path outside");
            byte[] text = new byte[size];
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at + 4, text, 0, size);
            try {
                paths.add(PayloadPath.parse(new String(text, StandardCharsets.UTF_8)));
            } catch (IllegalArgumentException invalid) {
                throw new InvalidOperationException(
                        "malformed operation: " + invalid.getMessage(), invalid);
            }
            at += 4 + size;
        }
        return paths;
    }

    /**
     * Bit s: {@link OperationKind#DELETE_VECTORS} removes the vector in slot s; 0 for other kinds.
     */
    public long droppedSlots() {
        return kind() == OperationKind.DELETE_VECTORS
                ? memory.get(I64, argumentsStart() + ARGUMENT_BYTES_SIZE)
                : 0;
    }

    /** Bytes of the payload; 0 when there is none. */
    public int payloadLength() {
        return memory.get(I32, start + PAYLOAD_LENGTH_AT);
    }

    /** Position of the payload in {@link #memory}. */
    public long payloadPosition() {
        return start + length - payloadLength();
    }

    /** A copy of the payload's first bytes, at most so many; empty when there is none. */
    public byte[] payload(int bytesMax) {
        byte[] bytes = new byte[Math.min(bytesMax, payloadLength())];
        MemorySegment.copy(
                memory, ValueLayout.JAVA_BYTE, payloadPosition(), bytes, 0, bytes.length);
        return bytes;
    }

    /**
     * Checks that every length and slot lies inside the bytes and fits the schema. Bytes that came
     * from this process need no check; bytes read from a file do.
     *
     * @throws InvalidOperationException with the first fault found
     */
    public void checkStructure(CollectionSchema schema) {
        expect(length >= HEADER_BYTES, "shorter than its header");
        expect(memory.byteSize() - start >= length, "longer than its memory");
        byte code = memory.get(ValueLayout.JAVA_BYTE, start + KIND_AT);
        expect(OperationKind.isCode(code), "kind");
        OperationKind kind = OperationKind.ofCode(code);
        expect(idLength() >= 2 && idLength() <= PointId.ENCODED_BYTES_MAX, "id length");
        expect(payloadLength() >= 0, "payload length");
        long at = HEADER_BYTES + padTo4(idLength());
        expect(kind.takesVectors() || vectorCount() == 0, "vectors in " + kind);
        expect(kind.takesPayload() || payloadLength() == 0, "payload in " + kind);
        int previousSlot = -1;
        for (int i = vectorCount(); i > 0; i--) {
            expect(at + VECTOR_HEADER_BYTES <= length, "vector outside");
            int slot = memory.get(I32, start + at);
            int size = memory.get(I32, start + at + 4);
            expect(slot > previousSlot && slot < schema.vectors().size(), "vector slot");
            expect(size == schema.vector(slot).size(), "vector dimension");
            previousSlot = slot;
            at += VECTOR_HEADER_BYTES + 4L * size;
        }
        if (kind.isPartial()) {
            at += checkArguments(kind, at, schema);
        }
        expect(at + payloadLength() == length, "total length");
    }

    private long checkArguments(OperationKind kind, long at, CollectionSchema schema) {
        expect(at + ARGUMENT_BYTES_SIZE <= length, "arguments outside");
        int bytes = memory.get(I32, start + at);
        expect(bytes >= 0 && bytes <= length - at - ARGUMENT_BYTES_SIZE, "length of arguments");
        switch (kind) {
            case SET_PAYLOAD -> expect(payloadPaths().size() <= 1, "more than one path");
            case DELETE_PAYLOAD -> expect(!payloadPaths().isEmpty(), "no path");
            case DELETE_VECTORS -> {
                expect(bytes == DROPPED_SLOTS_BYTES, "length of arguments");
                int slots = schema.vectors().size();
                boolean known = slots == Long.SIZE || droppedSlots() >>> slots == 0;
                expect(known && droppedSlots() != 0, "vector slots to remove");
            }
            case OVERWRITE_PAYLOAD, CLEAR_PAYLOAD, UPDATE_VECTORS, UPSERT, DELETE ->
                    expect(bytes == 0, "arguments in " + kind);
        }
        return ARGUMENT_BYTES_SIZE + bytes;
    }

    private static void expect(boolean holds, String what) {
        if (!holds) {
            throw new InvalidOperationException("malformed operation: " + what);
        }
    }

    private long argumentsStart() {
        long at = vectorsStart();
        for (int i = vectorCount(); i > 0; i--) {
            at += VECTOR_HEADER_BYTES + 4L * memory.get(I32, at + 4);
        }
        return at;
    }

    private long argumentsEnd() {
        long at = argumentsStart();
        return at + ARGUMENT_BYTES_SIZE + memory.get(I32, at);
    }

    private long vectorsStart() {
        return start + HEADER_BYTES + padTo4(idLength());
    }
}
