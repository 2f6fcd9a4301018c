package io.moraine.storage.internal.wal;

import static io.moraine.storage.internal.wal.WalFormatV1.FIRST_OFFSET_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.I32;
import static io.moraine.storage.internal.wal.WalFormatV1.I64;
import static io.moraine.storage.internal.wal.WalFormatV1.I8;
import static io.moraine.storage.internal.wal.WalFormatV1.LAST_OFFSET_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.LEADER_EPOCH_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.LENGTH_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.PAYLOAD_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.PREV_LAST_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.TYPE_ADVANCE;
import static io.moraine.storage.internal.wal.WalFormatV1.TYPE_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.TYPE_OPERATION;

import io.moraine.storage.model.OperationView;
import java.lang.foreign.MemorySegment;

/**
 * Writes frames into the ring, all but their checksum, which belongs to the file they will go to. A
 * frame too big for the usual ring gets one of its own, for itself alone.
 *
 * <p>Belongs to the shard's writer; {@link #ring} may be asked for by any thread.
 */
final class FrameIntake implements AutoCloseable {

    private final int oversizeAbove;
    private final WalRing usual;
    private WalRing present;
    private volatile WalRing shared;

    FrameIntake(int ringBytes) {
        oversizeAbove = ringBytes >> 1;
        usual = new WalRing(ringBytes);
        present = usual;
        shared = usual;
    }

    /** The ring from which frames are to be taken at this moment. */
    WalRing ring() {
        return shared;
    }

    /** Off-heap bytes held. */
    long residentBytes() {
        WalRing ring = shared;
        return (long) usual.capacity() + (ring == usual ? 0 : ring.capacity());
    }

    /** Finds room without changing the ring; -1 if there is none or another ring is needed. */
    int claim(int frameBytes) {
        return present == usual && frameBytes <= oversizeAbove ? present.claim(frameBytes) : -1;
    }

    /**
     * Finds room, in another ring if need be; -1 if there is none now. Under the lock of the {@link
     * Wal}, because the ring before is freed.
     */
    int claimSwitching(int frameBytes) {
        boolean oversize = frameBytes > oversizeAbove;
        if (present == usual && !oversize) {
            return present.claim(frameBytes);
        }
        if (!present.isEmpty()) {
            return -1;
        }
        freeOversize();
        if (oversize) {
            present = new WalRing(Integer.highestOneBit(frameBytes - 1) << 1);
            shared = present;
        }
        return present.claim(frameBytes);
    }

    /** Writes a frame with an operation to the place claimed last, and hands it over. */
    void putOperation(int at, int leaderEpoch, long next, long offset, OperationView operation) {
        MemorySegment memory = present.memory();
        int length = (int) (PAYLOAD_AT + operation.length());
        // The padding lies in the last 8 bytes; the payload is laid over the rest of them.
        memory.set(I64, at + WalFormatV1.padded(length) - 8L, 0);
        putHeader(memory, at, TYPE_OPERATION, length, leaderEpoch, next);
        memory.set(I64, at + FIRST_OFFSET_AT, offset);
        memory.set(I64, at + LAST_OFFSET_AT, offset);
        MemorySegment.copy(
                operation.memory(), operation.start(), memory, at + PAYLOAD_AT, operation.length());
        present.publish();
    }

    /** Writes a frame without an operation to the place claimed last, and hands it over. */
    void putAdvance(int at, int leaderEpoch, long next, long nextOffset) {
        MemorySegment memory = present.memory();
        putHeader(memory, at, TYPE_ADVANCE, PAYLOAD_AT, leaderEpoch, next);
        memory.set(I64, at + FIRST_OFFSET_AT, next);
        memory.set(I64, at + LAST_OFFSET_AT, nextOffset - 1);
        present.publish();
    }

    /** Whether so much waits that it should be taken at once. */
    boolean isFilling() {
        return present.isFilling();
    }

    private static void putHeader(
            MemorySegment memory, int at, byte type, int length, int leaderEpoch, long next) {
        memory.set(I64, at + TYPE_AT, 0);
        memory.set(I8, at + TYPE_AT, type);
        memory.set(I32, at + LENGTH_AT, length);
        memory.set(I32, at + LEADER_EPOCH_AT, leaderEpoch);
        memory.set(I64, at + PREV_LAST_AT, next - 1);
    }

    private void freeOversize() {
        if (present != usual) {
            present.close();
            present = usual;
            shared = usual;
        }
    }

    /** Under the lock of the {@link Wal}. */
    @Override
    public void close() {
        freeOversize();
        usual.close();
    }
}
