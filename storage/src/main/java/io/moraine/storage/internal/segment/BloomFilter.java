package io.moraine.storage.internal.segment;

import static io.moraine.storage.internal.segment.RowFormat.I64;

import java.lang.foreign.MemorySegment;

/**
 * A split-block Bloom filter over the hashes of ids: says "certainly not here" or "maybe". A
 * look-up touches one block of 32 bytes.
 *
 * <p>Layout and constants are those of the Apache Parquet format (parquet-format, BloomFilter.md):
 * the upper half of the hash chooses the block by {@code (upper * blocks) >>> 32}; in each of the
 * block's eight 32-bit words, {@code (lower * SALT[i]) >>> 27} chooses a bit.
 *
 * @param memory where the blocks lie
 * @param position byte position of block 0, a multiple of 8
 * @param blocks number of blocks; 0 is the filter of an empty set
 */
record BloomFilter(MemorySegment memory, long position, long blocks) {

    static final long BLOCK_BYTES = 32;

    /** With 12 bits for each key about one look-up in 250 of an absent id says "maybe". */
    private static final long BITS_PER_KEY = 12;

    private static final int[] SALT = {
        0x47b6137b,
        0x44974d91,
        0x8824ad5b,
        0xa2b7289d,
        0x705495c7,
        0x2df1424b,
        0x9efc4947,
        0x5c6bfb31
    };

    /** Number of blocks for so many keys. */
    static long blocksFor(int keys) {
        return (keys * BITS_PER_KEY + BLOCK_BYTES * 8 - 1) / (BLOCK_BYTES * 8);
    }

    /** Adds the hash of a probe. */
    void add(Probe probe) {
        long block = block(probe.hash);
        memory.set(I64, block, memory.get(I64, block) | probe.words01);
        memory.set(I64, block + 8, memory.get(I64, block + 8) | probe.words23);
        memory.set(I64, block + 16, memory.get(I64, block + 16) | probe.words45);
        memory.set(I64, block + 24, memory.get(I64, block + 24) | probe.words67);
    }

    /**
     * Whether the hash of a probe may have been added; false is certain. Looks at the whole block
     * before it decides, so that the processor goes on to the filter of the next segment while the
     * block is on its way from memory: a decision after each word is one that it guesses wrong.
     */
    boolean mayContain(Probe probe) {
        if (blocks == 0) {
            return false;
        }
        long block = block(probe.hash);
        long missing =
                (probe.words01 & ~memory.get(I64, block))
                        | (probe.words23 & ~memory.get(I64, block + 8))
                        | (probe.words45 & ~memory.get(I64, block + 16))
                        | (probe.words67 & ~memory.get(I64, block + 24));
        return missing == 0;
    }

    private long block(long hash) {
        return position + (((hash >>> 32) * blocks) >>> 32) * BLOCK_BYTES;
    }

    /** A hash and the bits it sets, to be looked for in the filters of many segments. */
    static final class Probe {

        private long hash;
        private long words01;
        private long words23;
        private long words45;
        private long words67;

        /** Becomes the probe of a hash. */
        void set(long newHash) {
            hash = newHash;
            words01 = pair(newHash, 0);
            words23 = pair(newHash, 2);
            words45 = pair(newHash, 4);
            words67 = pair(newHash, 6);
        }

        /** The hash. */
        long hash() {
            return hash;
        }

        /** The bits in two words, as they lie in memory. */
        private static long pair(long hash, int word) {
            return Integer.toUnsignedLong(bit(hash, word)) | (long) bit(hash, word + 1) << 32;
        }

        private static int bit(long hash, int word) {
            return 1 << (((int) hash * SALT[word]) >>> 27);
        }
    }
}
