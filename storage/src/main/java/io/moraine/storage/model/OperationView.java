package io.moraine.storage.model;

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

    /** Bytes of the payload; 0 when there is none. */
    public int payloadLength() {
        return memory.get(I32, start + PAYLOAD_LENGTH_AT);
    }

    /** Position of the payload in {@link #memory}. */
    public long payloadPosition() {
        return start + length - payloadLength();
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
        expect(code == OperationKind.UPSERT.code() || code == OperationKind.DELETE.code(), "kind");
        expect(idLength() >= 2 && idLength() <= PointId.ENCODED_BYTES_MAX, "id length");
        expect(payloadLength() >= 0, "payload length");
        long at = HEADER_BYTES + padTo4(idLength());
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
        expect(at + payloadLength() == length, "total length");
    }

    private static void expect(boolean holds, String what) {
        if (!holds) {
            throw new InvalidOperationException("malformed operation: " + what);
        }
    }

    private long vectorsStart() {
        return start + HEADER_BYTES + padTo4(idLength());
    }
}
