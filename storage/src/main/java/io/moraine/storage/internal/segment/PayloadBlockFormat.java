package io.moraine.storage.internal.segment;

import java.lang.foreign.MemorySegment;

/**
 * The body of {@code seg-<uuid>.pay} in its version 2: payloads in compressed blocks. Version 1 is
 * the payloads as they came, see {@link SealedSegmentFormat}; a shard may have files of both.
 *
 * <p>A <i>position</i> is where a payload would begin in a file of version 1: that is what {@link
 * RowFormat} holds in either case. Numbers are little-endian. With b blocks:
 *
 * <pre>
 * OFFSET  SIZE        FIELD         MEANING
 *      0  packedBytes blocks        each a Zstandard frame (RFC 8878) with the length and the
 *                                   checksum of its content, back to back
 *      …              padding       zeros up to a multiple of 64
 *      …  16 (b + 1)  directory     for each block: position of its first payload (8), offset of
 *                                   the block in the body (8); the last entry is payloadBytes,
 *                                   packedBytes
 *      …              padding       zeros up to a multiple of 64
 * the last 64 bytes:
 *      0     8        blockCount    b
 *      8     8        payloadBytes  bytes of all payloads as they came
 *     16     8        packedBytes   bytes of all blocks
 *     24     4        codec         1: Zstandard
 *     28    36        reserved      0
 * </pre>
 *
 * <p>A payload lies in one block. A block ends before the payload with which it would exceed {@link
 * #BLOCK_BYTES}, so only a payload larger than that makes a larger block, which it has to itself.
 */
final class PayloadBlockFormat {

    /** Version of a payload file's body without blocks. */
    static final int VERSION_PLAIN = 1;

    /** Version of a payload file's body with blocks. */
    static final int VERSION_BLOCKS = 2;

    /**
     * Most bytes of payloads in a block, unless one alone is larger: a point's payload costs the
     * decompression of its block, about ten microseconds, and a block has enough of JSON that
     * repeats itself to be a fraction of its size.
     */
    static final int BLOCK_BYTES = 16 << 10;

    static final long TAIL_BYTES = 64;
    static final long BLOCK_COUNT_AT = 0;
    static final long PAYLOAD_BYTES_AT = 8;
    static final long PACKED_BYTES_AT = 16;
    static final long CODEC_AT = 24;

    static final int CODEC_ZSTD = 1;

    static final long ENTRY_BYTES = 16;
    static final long ENTRY_BLOCK_AT = 8;

    private PayloadBlockFormat() {}

    static long directoryAt(long packedBytes) {
        return SealedSegmentFormat.padded(packedBytes);
    }

    static long bodyBytes(long packedBytes, long blockCount) {
        return directoryAt(packedBytes)
                + SealedSegmentFormat.padded((blockCount + 1) * ENTRY_BYTES)
                + TAIL_BYTES;
    }

    /** Writes the tail to zeroed memory. */
    static void putTail(MemorySegment tail, long blockCount, long payloadBytes, long packedBytes) {
        tail.set(RowFormat.I64, BLOCK_COUNT_AT, blockCount);
        tail.set(RowFormat.I64, PAYLOAD_BYTES_AT, payloadBytes);
        tail.set(RowFormat.I64, PACKED_BYTES_AT, packedBytes);
        tail.set(RowFormat.I32, CODEC_AT, CODEC_ZSTD);
    }
}
