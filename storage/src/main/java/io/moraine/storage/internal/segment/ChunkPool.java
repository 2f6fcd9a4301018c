package io.moraine.storage.internal.segment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Lends large pieces of off-heap memory to segments and takes them back when the segment's arena is
 * closed, so that a shard that seals again and again does not have the same memory zeroed and
 * mapped by the kernel again and again: that costs more than copying a vector into it.
 *
 * <p>What is lent holds arbitrary bytes. A borrower that uses it after its arena was closed gets
 * the usual {@link IllegalStateException}, never somebody else's rows.
 *
 * <p>Safe for use by several threads.
 */
public final class ChunkPool implements AutoCloseable {

    /** Smaller pieces are not worth keeping. */
    private static final long POOLED_BYTES_MIN = 1 << 20;

    private static final long ALIGNMENT = 64;
    private static final long IDLE_NANOS_MAX = 30_000_000_000L;

    private final long idleBytesMax;
    private final LongSupplier nanoTime;
    private final Map<Long, Deque<Chunk>> idle = new HashMap<>();
    private long idleBytes;
    private boolean closed;

    private record Chunk(Arena arena, MemorySegment memory, long idleSince) {}

    /**
     * @param idleBytesMax most bytes kept for the next borrower
     * @param nanoTime a clock that only moves forward
     */
    public ChunkPool(long idleBytesMax, LongSupplier nanoTime) {
        this.idleBytesMax = idleBytesMax;
        this.nanoTime = nanoTime;
    }

    /** A pool that keeps nothing. */
    public static ChunkPool keepingNothing() {
        return new ChunkPool(0, System::nanoTime);
    }

    /** Memory that lives as long as an arena and holds arbitrary bytes. */
    @SuppressWarnings("restricted") // the size stays what it was
    MemorySegment lend(long bytes, Arena borrower) {
        if (bytes < POOLED_BYTES_MIN) {
            return borrower.allocate(bytes, ALIGNMENT);
        }
        Chunk chunk = take(bytes);
        // The borrower's arena guards the memory; the chunk's own outlives it.
        return chunk.memory().reinterpret(borrower, ignored -> giveBack(chunk));
    }

    /** Bytes kept for the next borrower. */
    public synchronized long idleBytes() {
        return idleBytes;
    }

    /** Frees what nobody has borrowed for a while. */
    public synchronized void trim() {
        long oldest = nanoTime.getAsLong() - IDLE_NANOS_MAX;
        for (Deque<Chunk> chunks : idle.values()) {
            // The one given back first is the first in line.
            while (!chunks.isEmpty() && chunks.getFirst().idleSince() - oldest < 0) {
                free(chunks.removeFirst());
            }
        }
    }

    /** Frees what is kept; what is still lent is freed when it comes back. */
    @Override
    public synchronized void close() {
        closed = true;
        Iterator<Deque<Chunk>> sizes = idle.values().iterator();
        while (sizes.hasNext()) {
            sizes.next().forEach(this::free);
            sizes.remove();
        }
    }

    private synchronized Chunk take(long bytes) {
        Deque<Chunk> chunks = idle.get(bytes);
        Chunk chunk = chunks == null ? null : chunks.pollLast();
        if (chunk == null) {
            Arena arena = Arena.ofShared();
            return new Chunk(arena, arena.allocate(bytes, ALIGNMENT), 0);
        }
        idleBytes -= bytes;
        return chunk;
    }

    private synchronized void giveBack(Chunk chunk) {
        long bytes = chunk.memory().byteSize();
        if (closed || idleBytes + bytes > idleBytesMax) {
            chunk.arena().close();
            return;
        }
        idleBytes += bytes;
        idle.computeIfAbsent(bytes, size -> new ArrayDeque<>())
                .addLast(new Chunk(chunk.arena(), chunk.memory(), nanoTime.getAsLong()));
    }

    private void free(Chunk chunk) {
        idleBytes -= chunk.memory().byteSize();
        chunk.arena().close();
    }
}
