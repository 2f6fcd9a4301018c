package io.moraine.storage.internal.segment;

import static io.moraine.storage.internal.segment.RowFormat.BORN_AT;
import static io.moraine.storage.internal.segment.RowFormat.FLAGS_AT;
import static io.moraine.storage.internal.segment.RowFormat.FLAG_TOMBSTONE;
import static io.moraine.storage.internal.segment.RowFormat.FLAG_VERSIONED;
import static io.moraine.storage.internal.segment.RowFormat.I32;
import static io.moraine.storage.internal.segment.RowFormat.I64;
import static io.moraine.storage.internal.segment.RowFormat.ID_HASH_AT;
import static io.moraine.storage.internal.segment.RowFormat.ID_LENGTH_AT;
import static io.moraine.storage.internal.segment.RowFormat.PAYLOAD_LENGTH_AT;
import static io.moraine.storage.internal.segment.RowFormat.PREVIOUS_AT;
import static io.moraine.storage.internal.segment.RowFormat.TIMESTAMP_MS_AT;
import static io.moraine.storage.internal.segment.RowFormat.U16;
import static io.moraine.storage.internal.segment.RowFormat.VERSION_AT;
import static io.moraine.storage.internal.segment.RowFormat.VERSION_SCOPE_AT;

import io.moraine.storage.internal.filter.PayloadIndex;
import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.code.CodeColumn;
import io.moraine.storage.internal.index.code.CodeSpace;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.IndexKind;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.VectorSchema;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the order of their sequence numbers, with all that is known of them.
 *
 * <p>Lifecycle: held by whoever made it and by everyone who {@link #retain}s it; the last {@link
 * #release} hands its memory to the {@link ArenaReaper}. Nobody may touch it afterwards.
 *
 * <p>Threads: {@link #kill} belongs to the shard's writer; everything else may be called by any
 * thread that holds the segment, for rows below {@link #rows}.
 *
 * <p>Invariants: {@code born} never falls from one row to the next. A row dies at most once. At any
 * sequence number at most one row of an id is alive, over all segments of a shard.
 */
public abstract sealed class Segment permits AppendableSegment, SealedSegment {

    /** What {@link #died} says of a row that has not died. */
    public static final long ALIVE = DiedColumn.ALIVE;

    private final CollectionSchema schema;
    private final Arena arena;
    private final ArenaReaper reaper;
    private final AtomicInteger holders = new AtomicInteger(1);
    private final DiedColumn died;
    private final IdOrder idOrder = new IdOrder(this);
    private volatile @Nullable PayloadIndex payloadIndex;

    Segment(CollectionSchema schema, Arena arena, ArenaReaper reaper) {
        this.schema = schema;
        this.arena = arena;
        this.reaper = reaper;
        this.died = new DiedColumn(arena);
        reaper.expect();
    }

    /** The rows in the order of their ids. */
    public final IdOrder idOrder() {
        return idOrder;
    }

    /** What is known of the rows' payload fields; null when nothing is. */
    public final @Nullable PayloadIndex payloadIndex() {
        return payloadIndex;
    }

    /** Lets filters that begin from now on ask an index of payload fields, or none. */
    public final void usePayloadIndex(@Nullable PayloadIndex index) {
        payloadIndex = index;
    }

    /** Number of rows, dead ones included. */
    public abstract int rows();

    /** Bytes of memory held off-heap; mapped files do not count. */
    public abstract long residentBytes();

    /** The newest row of an id, dead or alive, or -1. */
    public abstract int newestRow(IdKey key);

    /** Whether vectors get codes: somebody wants them, and they are of a kind that has any. */
    public static boolean isCoded(VectorSchema vector) {
        return vector.index().kind() != IndexKind.NONE
                && CodeSpace.supports(vector.distance(), vector.size());
    }

    abstract MemorySegment rowMemory(int row);

    abstract long rowPosition(int row);

    abstract MemorySegment idMemory(int row);

    abstract long idPosition(int row);

    /**
     * Fills an array with the beginning of a row's payload.
     *
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    abstract void readPayload(int row, byte[] target, int length);

    abstract MemorySegment vectorMemory(int slot, int row);

    abstract long vectorPosition(int slot, int row);

    /** First row that is not contiguous with this one in a slot's memory, at most {@code rows}. */
    abstract int vectorRunEnd(int slot, int row, int rows);

    /** The rows that carry a vector in a slot; {@link RowMask#ALL} itself when all do. */
    abstract RowMask present(int slot);

    /** Number of rows that carry a vector in a slot, dead ones included. */
    public final int rowsWith(int slot) {
        RowMask present = present(slot);
        int rows = rows();
        if (present.equals(RowMask.ALL)) {
            return rows;
        }
        int count = 0;
        for (int block = RowMask.blocks(rows) - 1; block >= 0; block--) {
            count += Long.bitCount(present.word(block) & RowMask.below(rows, block));
        }
        return count;
    }

    /** The codes of the vectors in a slot, if they are coded. */
    public abstract @Nullable CodeColumn codes(int slot);

    /** The clusters of the vectors in a slot, if there are any. */
    public abstract @Nullable ClusterColumn clusters(int slot);

    /** The vectors of the rows. */
    public final CollectionSchema schema() {
        return schema;
    }

    /** Sequence number of the operation that wrote a row. */
    public final long born(int row) {
        return rowMemory(row).get(I64, rowPosition(row) + BORN_AT);
    }

    /** Sequence number of the operation that ended a row, or {@link #ALIVE}. */
    public final long died(int row) {
        return died.get(row);
    }

    /** Timestamp of the record that wrote a row, milliseconds since the epoch. */
    public final long timestampMs(int row) {
        return rowMemory(row).get(I64, rowPosition(row) + TIMESTAMP_MS_AT);
    }

    /** External version of a row; 0 means that {@link #born} is the version. */
    public final long version(int row) {
        return rowMemory(row).get(I64, rowPosition(row) + VERSION_AT);
    }

    /** Scope of the external version. */
    public final int versionScope(int row) {
        return rowMemory(row).get(I32, rowPosition(row) + VERSION_SCOPE_AT);
    }

    /** Whether a row was never alive: a delete that keeps its version. */
    public final boolean isTombstone(int row) {
        return (flags(row) & FLAG_TOMBSTONE) != 0;
    }

    /** Whether this or an earlier operation on the row's id had an external version. */
    public final boolean isVersioned(int row) {
        return (flags(row) & FLAG_VERSIONED) != 0;
    }

    /** A row's id. */
    public final PointId id(int row) {
        return PointId.decode(idMemory(row), idPosition(row), idLength(row));
    }

    /**
     * A row's payload; empty when it has none.
     *
     * @throws java.io.UncheckedIOException caused by a {@link
     *     io.moraine.storage.internal.file.CorruptFileException} if its block is damaged
     */
    public final byte[] payload(int row) {
        byte[] bytes = new byte[payloadLength(row)];
        if (bytes.length > 0) {
            readPayload(row, bytes, bytes.length);
        }
        return bytes;
    }

    /** Whether a row carries a vector in a slot. */
    public final boolean hasVector(int slot, int row) {
        return (present(slot).word(row >>> 6) >>> row & 1) != 0;
    }

    /** A row's vector in a slot, which it must have. */
    public final float[] vector(int slot, int row) {
        float[] components = new float[schema.vector(slot).size()];
        MemorySegment.copy(
                vectorMemory(slot, row),
                VectorColumn.F32,
                vectorPosition(slot, row),
                components,
                0,
                components.length);
        return components;
    }

    /** Copies a row's vector in a slot, which it must have, to the beginning of some memory. */
    public final void copyVector(int slot, int row, MemorySegment target) {
        MemorySegment.copy(
                vectorMemory(slot, row),
                vectorPosition(slot, row),
                target,
                0,
                schema.vector(slot).byteSize());
    }

    /** Ends a row that is alive. Writer only; readers below {@code sequence} still see the row. */
    public final void kill(int row, long sequence) {
        died.set(row, sequence);
    }

    /** Number of rows that are dead now. */
    public final int deadRows() {
        return died.deadRows();
    }

    /** Takes hold of the segment; the caller must know that somebody holds it. */
    public final Segment retain() {
        if (holders.getAndIncrement() <= 0) {
            throw new IllegalStateException("segment was let go of already");
        }
        return this;
    }

    /** Lets go of the segment; the last one to do so gives its memory back. */
    public final void release() {
        if (holders.decrementAndGet() == 0) {
            reaper.reap(arena);
        }
    }

    private short flags(int row) {
        return rowMemory(row).get(U16, rowPosition(row) + FLAGS_AT);
    }

    final Arena arena() {
        return arena;
    }

    final DiedColumn diedColumn() {
        return died;
    }

    final int idLength(int row) {
        return Short.toUnsignedInt(rowMemory(row).get(U16, rowPosition(row) + ID_LENGTH_AT));
    }

    final long idHash(int row) {
        return rowMemory(row).get(I64, rowPosition(row) + ID_HASH_AT);
    }

    final int payloadLength(int row) {
        return rowMemory(row).get(I32, rowPosition(row) + PAYLOAD_LENGTH_AT);
    }

    /** The row of this segment that held a row's id before, or -1. */
    final int previousRow(int row) {
        return rowMemory(row).get(I32, rowPosition(row) + PREVIOUS_AT) - 1;
    }

    final boolean hasId(int row, IdKey key) {
        return key.matches(idMemory(row), idPosition(row), idLength(row));
    }

    /** Number of leading rows whose {@code born} is at most a sequence number. */
    final int rowsBornBy(long sequence) {
        int low = 0;
        int high = rows();
        if (high > 0 && born(high - 1) <= sequence) {
            return high;
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (born(middle) <= sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
