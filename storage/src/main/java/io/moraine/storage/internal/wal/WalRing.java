package io.moraine.storage.internal.wal;

import static io.moraine.storage.internal.wal.WalFormatV1.I32;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory through which frames go from the shard's writer to the log's thread, laid out as they will
 * lie in the file. One thread puts, one takes.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>head and tail count bytes since the beginning, never wrap, and are multiples of 8; tail ≤
 *       head ≤ tail + capacity.
 *   <li>A frame never wraps: where it would not fit, a skip mark stands and it begins at 0.
 *   <li>The putting thread alone moves head, the taking thread alone moves tail and alone changes
 *       bytes between the two.
 * </ul>
 */
final class WalRing implements AutoCloseable {

    /** Stands where a length would, when the rest of the memory is unused. */
    private static final int SKIP = -1;

    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(WalRing.class, "head", long.class);
            TAIL = lookup.findVarHandle(WalRing.class, "tail", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final ByteBuffer bytes;
    private final int capacity;

    private long head;
    private long tail;
    // Only the putting thread sees these two.
    private long claimed;
    private long tailSeen;

    /** A ring of a capacity in bytes, a power of two. */
    WalRing(int capacity) {
        this.capacity = capacity;
        memory = arena.allocate(capacity, 64);
        bytes = memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    MemorySegment memory() {
        return memory;
    }

    int capacity() {
        return capacity;
    }

    /**
     * Putting thread: finds room for a frame.
     *
     * @param frameBytes its length with padding, at most half the capacity or else the whole of it
     *     in an empty ring
     * @return where it goes in {@link #memory}, or -1 when there is no room now
     */
    int claim(int frameBytes) {
        int at = (int) (head & (capacity - 1));
        int toEnd = capacity - at;
        boolean wraps = frameBytes > toEnd;
        long end = head + frameBytes + (wraps ? toEnd : 0);
        if (end - tailSeen > capacity) {
            tailSeen = (long) TAIL.getAcquire(this);
            if (end - tailSeen > capacity) {
                return -1;
            }
        }
        if (wraps) {
            memory.set(I32, at, SKIP);
            at = 0;
        }
        claimed = end;
        return at;
    }

    /** Putting thread: hands over the frame claimed last. */
    void publish() {
        HEAD.setRelease(this, claimed);
    }

    /** Putting thread: whether more than a quarter is taken. */
    boolean isFilling() {
        if (head - tailSeen <= capacity >> 2) {
            return false;
        }
        tailSeen = (long) TAIL.getAcquire(this);
        return head - tailSeen > capacity >> 2;
    }

    /** Any thread: whether nothing waits to be taken. */
    boolean isEmpty() {
        return (long) TAIL.getAcquire(this) == (long) HEAD.getAcquire(this);
    }

    /**
     * Taking thread: where the next frame lies in {@link #memory}, or -1 when there is none.
     *
     * @param ahead bytes of frames behind the tail that are looked past
     */
    int next(int ahead) {
        long at = tail + ahead;
        if (at == (long) HEAD.getAcquire(this)) {
            return -1;
        }
        int index = (int) (at & (capacity - 1));
        if (memory.get(I32, index) != SKIP) {
            return index;
        }
        if (ahead == 0) {
            TAIL.setRelease(this, tail + capacity - index);
            return next(0);
        }
        return -1;
    }

    /** Taking thread: all of the memory, little-endian; position and limit may be changed. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** Taking thread: the bytes of a run of frames that do not wrap, valid until the next call. */
    ByteBuffer run(int index, int length) {
        return bytes.limit(index + length).position(index);
    }

    /** Taking thread: gives back the room of the frames taken. */
    void release(int length) {
        TAIL.setRelease(this, tail + length);
    }

    @Override
    public void close() {
        arena.close();
    }
}
