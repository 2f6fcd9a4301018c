package io.moraine.storage.internal.segment;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.moraine.storage.model.OperationView;
import io.moraine.storage.model.PointId;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An encoded id and its hash, for looking it up; set again and again by the writer without
 * allocating. Not safe for use by several threads at once.
 */
public final class IdKey {

    private static final Hasher64 XXH3 = Hashing.xxh3_64();

    private final byte[] scratch = new byte[PointId.ENCODED_BYTES_MAX];
    private final MemorySegment scratchMemory = MemorySegment.ofArray(scratch);
    private final BloomFilter.Probe probe = new BloomFilter.Probe();
    private int length;

    /** The key of an id. */
    public static IdKey of(PointId id) {
        IdKey key = new IdKey();
        byte[] encoded = id.encoded();
        System.arraycopy(encoded, 0, key.scratch, 0, encoded.length);
        key.hashed(encoded.length);
        return key;
    }

    /** Becomes the key of an operation's id, which is copied. */
    public IdKey set(OperationView operation) {
        int idLength = operation.idLength();
        MemorySegment.copy(
                operation.memory(),
                ValueLayout.JAVA_BYTE,
                operation.idPosition(),
                scratch,
                0,
                idLength);
        return hashed(idLength);
    }

    /** Becomes the key of a row's id, which is copied; its hash is taken from the row. */
    public IdKey set(Segment segment, int row) {
        length = segment.idLength(row);
        probe.set(segment.idHash(row));
        MemorySegment.copy(
                segment.idMemory(row),
                ValueLayout.JAVA_BYTE,
                segment.idPosition(row),
                scratch,
                0,
                length);
        return this;
    }

    /** Bytes of the encoded id. */
    int length() {
        return length;
    }

    /** XXH3 of the encoded id. */
    long hash() {
        return probe.hash();
    }

    /** The hash, with the bits to look for in filters. */
    BloomFilter.Probe probe() {
        return probe;
    }

    /** The encoded id, in its first {@link #length} bytes. */
    MemorySegment memory() {
        return scratchMemory;
    }

    /** Whether the encoded id at a place is this one. */
    boolean matches(MemorySegment memory, long position, int otherLength) {
        return length == otherLength
                && MemorySegment.mismatch(
                                scratchMemory, 0, length, memory, position, position + otherLength)
                        < 0;
    }

    private IdKey hashed(int newLength) {
        length = newLength;
        probe.set(XXH3.hashBytesToLong(scratch, 0, newLength));
        return this;
    }
}
