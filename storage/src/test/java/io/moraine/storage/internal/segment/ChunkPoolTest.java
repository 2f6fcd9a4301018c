package io.moraine.storage.internal.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ChunkPoolTest {

    private static final long CHUNK = 2 << 20;

    private final AtomicLong now = new AtomicLong();
    private final ChunkPool pool = new ChunkPool(2 * CHUNK, now::get);

    @Test
    void whatOneArenaGaveBackTheNextOneGets() {
        long address;
        try (Arena first = Arena.ofShared()) {
            address = pool.lend(CHUNK, first).address();
        }
        assertEquals(CHUNK, pool.idleBytes());
        try (Arena second = Arena.ofShared()) {
            assertEquals(address, pool.lend(CHUNK, second).address());
            assertNotEquals(address, pool.lend(CHUNK, second).address());
            assertEquals(0, pool.idleBytes());
        }
        pool.close();
    }

    @Test
    void memoryOfAClosedArenaCannotBeReadThoughItIsKept() {
        MemorySegment memory;
        try (Arena arena = Arena.ofShared()) {
            memory = pool.lend(CHUNK, arena);
            memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        }
        assertThrows(IllegalStateException.class, () -> memory.get(ValueLayout.JAVA_BYTE, 0));
        pool.close();
    }

    @Test
    void keepsNoMoreThanItsLimitAndNothingSmall() {
        try (Arena arena = Arena.ofShared()) {
            for (int i = 0; i < 5; i++) {
                assertEquals(CHUNK, pool.lend(CHUNK, arena).byteSize());
            }
            assertEquals(100, pool.lend(100, arena).byteSize());
        }
        assertEquals(2 * CHUNK, pool.idleBytes());
        pool.close();
        assertEquals(0, pool.idleBytes());
    }

    @Test
    void freesWhatNobodyBorrowedForAWhile() {
        try (Arena arena = Arena.ofShared()) {
            pool.lend(CHUNK, arena);
        }
        now.addAndGet(29_000_000_000L);
        pool.trim();
        assertEquals(CHUNK, pool.idleBytes());
        now.addAndGet(2_000_000_000L);
        pool.trim();
        assertEquals(0, pool.idleBytes());
    }

    @Test
    void memoryThatComesBackAfterTheEndIsFreed() {
        try (Arena arena = Arena.ofShared()) {
            pool.lend(CHUNK, arena);
            pool.close();
        }
        assertEquals(0, pool.idleBytes());
    }
}
