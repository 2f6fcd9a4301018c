package io.moraine.storage.internal.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BloomFilterTest {

    private static final int KEYS = 5_000;
    private static final int ABSENT = 100_000;

    @Test
    void whatWasAddedIsFoundAndLittleElse() {
        Random random = Seeds.random("bloom filter");
        long[] added = random.longs(KEYS).toArray();
        try (Arena arena = Arena.ofConfined()) {
            BloomFilter filter = filter(arena, KEYS);
            for (long hash : added) {
                filter.add(probe(hash));
            }
            for (long hash : added) {
                assertTrue(filter.mayContain(probe(hash)));
            }
            long maybe = random.longs(ABSENT).filter(h -> filter.mayContain(probe(h))).count();
            assertTrue(maybe > 0, "no filter of this size is that good");
            assertTrue(maybe < ABSENT / 100, () -> maybe + " of " + ABSENT);
        }
    }

    /** Each of the eight bits counts: without any one of them the hash is not there. */
    @Test
    void aHashIsThereOnlyWithAllOfItsBits() {
        Random random = Seeds.random("bits of a bloom filter");
        try (Arena arena = Arena.ofConfined()) {
            for (int round = 0; round < 50; round++) {
                BloomFilter filter = filter(arena, KEYS);
                long hash = random.nextLong();
                filter.add(probe(hash));
                int bits = 0;
                for (long at = 0; at < filter.memory().byteSize(); at += Integer.BYTES) {
                    int word = filter.memory().get(RowFormat.I32, at);
                    if (word != 0) {
                        bits += Integer.bitCount(word);
                        filter.memory().set(RowFormat.I32, at, 0);
                        assertFalse(filter.mayContain(probe(hash)), "without word at " + at);
                        filter.memory().set(RowFormat.I32, at, word);
                    }
                }
                assertEquals(8, bits);
                assertTrue(filter.mayContain(probe(hash)));
            }
        }
    }

    @Test
    void theFilterOfNothingContainsNothing() {
        try (Arena arena = Arena.ofConfined()) {
            assertFalse(filter(arena, 0).mayContain(probe(1)));
        }
    }

    private static BloomFilter filter(Arena arena, int keys) {
        long blocks = BloomFilter.blocksFor(keys);
        return new BloomFilter(arena.allocate(blocks * BloomFilter.BLOCK_BYTES, 64), 0, blocks);
    }

    private static BloomFilter.Probe probe(long hash) {
        BloomFilter.Probe probe = new BloomFilter.Probe();
        probe.set(hash);
        return probe;
    }
}
