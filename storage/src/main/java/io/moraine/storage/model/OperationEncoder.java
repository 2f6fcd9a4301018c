package io.moraine.storage.model;

import static io.moraine.storage.model.OperationFormat.ARGUMENT_BYTES_SIZE;
import static io.moraine.storage.model.OperationFormat.DROPPED_SLOTS_BYTES;
import static io.moraine.storage.model.OperationFormat.FLAGS_AT;
import static io.moraine.storage.model.OperationFormat.HEADER_BYTES;
import static io.moraine.storage.model.OperationFormat.I32;
import static io.moraine.storage.model.OperationFormat.I64;
import static io.moraine.storage.model.OperationFormat.ID_LENGTH_AT;
import static io.moraine.storage.model.OperationFormat.KIND_AT;
import static io.moraine.storage.model.OperationFormat.OPERATION_BYTES_MAX;
import static io.moraine.storage.model.OperationFormat.PAYLOAD_LENGTH_AT;
import static io.moraine.storage.model.OperationFormat.TIMESTAMP_MS_AT;
import static io.moraine.storage.model.OperationFormat.U16;
import static io.moraine.storage.model.OperationFormat.VECTOR_COUNT_AT;
import static io.moraine.storage.model.OperationFormat.VECTOR_HEADER_BYTES;
import static io.moraine.storage.model.OperationFormat.VERSION_AT;
import static io.moraine.storage.model.OperationFormat.VERSION_SCOPE_AT;
import static io.moraine.storage.model.OperationFormat.padTo4;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Writes one operation at a time into off-heap memory that is reused, so that decoding a record
 * allocates nothing that grows with its vectors.
 *
 * <p>Call order: {@link #begin}, {@link #version} if there is one, {@link #id} or {@link #key},
 * then the vectors in ascending slot order, then what a partial operation names ({@link #path},
 * {@link #dropVector}), then at most one {@link #payload}, then {@link #finish}. The view that
 * {@code finish} returns, and every segment that {@link #vector(int)} returned, are valid until the
 * next {@code begin}.
 *
 * <p>Not safe for use by several threads at once; {@link #close} frees the memory.
 */
public final class OperationEncoder implements AutoCloseable {

    private static final long INITIAL_BYTES = 16 << 10;

    private final CollectionSchema schema;
    private final OperationView view = new OperationView();
    private Arena arena = Arena.ofShared();
    private MemorySegment memory = arena.allocate(INITIAL_BYTES, 64);
    private long end;
    private OperationKind kind = OperationKind.UPSERT;
    private int vectorCount;
    private int lastSlot;

    /** Where the arguments begin, or -1 while none was written. */
    private long argumentsAt;

    public OperationEncoder(CollectionSchema schema) {
        this.schema = schema;
    }

    /**
     * Starts an operation and forgets the previous one.
     *
     * @param asked what is asked
     * @param timestampMs timestamp of the Kafka record, milliseconds since the epoch
     */
    public void begin(OperationKind asked, long timestampMs) {
        kind = asked;
        memory.set(ValueLayout.JAVA_BYTE, KIND_AT, kind.code());
        memory.set(ValueLayout.JAVA_BYTE, FLAGS_AT, (byte) 0);
        memory.set(U16, VECTOR_COUNT_AT, (short) 0);
        memory.set(I32, ID_LENGTH_AT, 0);
        memory.set(I32, PAYLOAD_LENGTH_AT, 0);
        memory.set(I32, VERSION_SCOPE_AT, 0);
        memory.set(I64, TIMESTAMP_MS_AT, timestampMs);
        memory.set(I64, VERSION_AT, 0);
        end = HEADER_BYTES;
        vectorCount = 0;
        lastSlot = -1;
        argumentsAt = -1;
    }

    /**
     * Gives the operation an external version. Called after {@link #begin}, before {@link #finish}.
     *
     * @param scope whose numbers these are; versions of different scopes are never compared
     * @param version not 0; the higher one wins
     */
    public void version(int scope, long version) {
        if (version == 0) {
            throw new InvalidOperationException("an external version cannot be 0");
        }
        memory.set(I32, VERSION_SCOPE_AT, scope);
        memory.set(I64, VERSION_AT, version);
    }

    /**
     * Writes the id that a record key stands for.
     *
     * @throws InvalidOperationException if the key is empty or too long
     */
    public void key(byte[] key) {
        int length = key.length;
        if (PointIdText.isNumeric(key, 0, length)) {
            beginId(9);
            memory.set(ValueLayout.JAVA_BYTE, end, PointId.KIND_NUMERIC);
            memory.set(I64, end + 1, PointIdText.numericValue(key, 0, length));
            endId(9);
        } else if (PointIdText.isPlainText(key, 0, length)) {
            beginId(length + 1);
            memory.set(ValueLayout.JAVA_BYTE, end, PointId.KIND_TEXT);
            MemorySegment.copy(key, 0, memory, ValueLayout.JAVA_BYTE, end + 1, length);
            endId(length + 1);
        } else {
            try {
                id(PointId.ofKey(key));
            } catch (IllegalArgumentException invalid) {
                throw new InvalidOperationException(
                        "invalid record key: " + invalid.getMessage(), invalid);
            }
        }
    }

    /** Writes the id. */
    public void id(PointId id) {
        byte[] encoded = id.encoded();
        beginId(encoded.length);
        MemorySegment.copy(encoded, 0, memory, ValueLayout.JAVA_BYTE, end, encoded.length);
        endId(encoded.length);
    }

    /**
     * Adds a vector and returns the memory to write its components to, as many little-endian 32-bit
     * floats as the schema says.
     *
     * @param slot the vector's slot, larger than that of the vector before
     */
    public MemorySegment vector(int slot) {
        if (slot <= lastSlot) {
            throw new IllegalArgumentException(
                    "vector slots must ascend: slot " + slot + " after " + lastSlot);
        }
        if (!kind.takesVectors() || argumentsAt >= 0) {
            throw new IllegalStateException("no vector here: kind=" + kind);
        }
        VectorSchema vector = schema.vector(slot);
        reserve(VECTOR_HEADER_BYTES + vector.byteSize());
        memory.set(I32, end, slot);
        memory.set(I32, end + 4, vector.size());
        MemorySegment components = memory.asSlice(end + VECTOR_HEADER_BYTES, vector.byteSize());
        end += VECTOR_HEADER_BYTES + vector.byteSize();
        lastSlot = slot;
        memory.set(U16, VECTOR_COUNT_AT, (short) ++vectorCount);
        return components;
    }

    /**
     * Adds a vector.
     *
     * @throws InvalidOperationException if the number of components is not the schema's
     */
    public void vector(int slot, float[] components) {
        VectorSchema vector = schema.vector(slot);
        if (components.length != vector.size()) {
            throw new InvalidOperationException(
                    "wrong vector dimension: expected %d, got %d%s"
                            .formatted(
                                    vector.size(),
                                    components.length,
                                    vector.name().isEmpty() ? "" : " for '" + vector.name() + "'"));
        }
        MemorySegment.copy(components, 0, vector(slot), OperationFormat.F32, 0, components.length);
    }

    /**
     * Names a place in the payload: where {@link OperationKind#SET_PAYLOAD} sets keys (at most one,
     * none means at the top), or what {@link OperationKind#DELETE_PAYLOAD} removes (one or more).
     *
     * @throws InvalidOperationException if the text is no path, see {@link PayloadPath#parse}
     */
    public void path(String text) {
        boolean first = argumentsAt < 0;
        if (kind != OperationKind.DELETE_PAYLOAD && (kind != OperationKind.SET_PAYLOAD || !first)) {
            throw new IllegalStateException("no path here: kind=" + kind);
        }
        try {
            PayloadPath.parse(text);
        } catch (IllegalArgumentException invalid) {
            throw new InvalidOperationException(String.valueOf(invalid.getMessage()), invalid);
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        beginArguments();
        reserve(4L + utf8.length);
        memory.set(I32, end, utf8.length);
        MemorySegment.copy(utf8, 0, memory, ValueLayout.JAVA_BYTE, end + 4, utf8.length);
        end += 4 + utf8.length;
        countArguments();
    }

    /** Names a vector that {@link OperationKind#DELETE_VECTORS} removes. */
    public void dropVector(int slot) {
        if (kind != OperationKind.DELETE_VECTORS) {
            throw new IllegalStateException("no vector to remove here: kind=" + kind);
        }
        if (slot < 0 || slot >= schema.vectors().size()) {
            throw new IllegalArgumentException(
                    "no vector slot %d; the schema has %d"
                            .formatted(slot, schema.vectors().size()));
        }
        if (argumentsAt < 0) {
            beginArguments();
            reserve(DROPPED_SLOTS_BYTES);
            memory.set(I64, end, 0);
            end += DROPPED_SLOTS_BYTES;
            countArguments();
        }
        long at = argumentsAt + ARGUMENT_BYTES_SIZE;
        memory.set(I64, at, memory.get(I64, at) | 1L << slot);
    }

    /** Adds the payload: a JSON object in UTF-8, kept byte for byte. */
    public void payload(byte[] json, int from, int length) {
        if (!kind.takesPayload()) {
            throw new IllegalStateException("no payload here: kind=" + kind);
        }
        beginArguments();
        reserve(length);
        MemorySegment.copy(json, from, memory, ValueLayout.JAVA_BYTE, end, length);
        memory.set(I32, PAYLOAD_LENGTH_AT, length);
        end += length;
    }

    /**
     * Ends the operation and returns a view of it, valid until the next {@link #begin}.
     *
     * @throws InvalidOperationException if a partial operation names nothing to change
     */
    public OperationView finish() {
        boolean names =
                switch (kind) {
                    case UPSERT, DELETE, CLEAR_PAYLOAD, SET_PAYLOAD, OVERWRITE_PAYLOAD -> true;
                    case DELETE_PAYLOAD, DELETE_VECTORS -> argumentsAt >= 0;
                    case UPDATE_VECTORS -> vectorCount > 0;
                };
        if (!names) {
            throw new InvalidOperationException("the operation changes nothing: " + kind);
        }
        beginArguments();
        return view.wrap(memory, 0, end);
    }

    @Override
    public void close() {
        arena.close();
    }

    /** A vector as it lies elsewhere, little-endian floats; copied. */
    public void vector(int slot, MemorySegment source, long position) {
        MemorySegment components = vector(slot);
        MemorySegment.copy(source, position, components, 0, components.byteSize());
    }

    /** Only partial operations have arguments. */
    private void beginArguments() {
        if (kind.isPartial() && argumentsAt < 0) {
            reserve(ARGUMENT_BYTES_SIZE);
            argumentsAt = end;
            memory.set(I32, end, 0);
            end += ARGUMENT_BYTES_SIZE;
        }
    }

    private void countArguments() {
        memory.set(I32, argumentsAt, (int) (end - argumentsAt - ARGUMENT_BYTES_SIZE));
    }

    private void beginId(int length) {
        if (end != HEADER_BYTES) {
            throw new IllegalStateException("the id comes first, and once");
        }
        reserve(padTo4(length));
        memory.set(I32, end + padTo4(length) - 4, 0);
    }

    private void endId(int length) {
        memory.set(I32, ID_LENGTH_AT, length);
        end += padTo4(length);
    }

    private void reserve(long bytes) {
        long needed = end + bytes;
        if (needed > OPERATION_BYTES_MAX) {
            throw new InvalidOperationException(
                    "operation of more than " + OPERATION_BYTES_MAX + " bytes");
        }
        if (needed > memory.byteSize()) {
            Arena larger = Arena.ofShared();
            MemorySegment grown = larger.allocate(Math.max(needed, 2 * memory.byteSize()), 64);
            MemorySegment.copy(memory, 0, grown, 0, end);
            arena.close();
            arena = larger;
            memory = grown;
        }
    }
}
