package io.moraine.storage.internal.segment;

import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.index.RowMask;
import java.util.UUID;

/**
 * The files of a sealed segment, version 1. Each has the header and footer of every file; the
 * tables describe the bodies. Numbers are little-endian and aligned to their size, sections begin
 * at multiples of 64 bytes. Rows are in the order of their sequence numbers.
 *
 * <p>{@code seg-<uuid>.rows}:
 *
 * <pre>
 * OFFSET  SIZE        FIELD        MEANING
 *      0     8        rowCount     number of rows n
 *      8     8        absentSlots  bit s: some row has no vector in slot s
 *     16     8        payloadBytes bytes of all payloads
 *     24     8        tombstones   number of rows that are tombstones
 *     32    32        reserved     0
 *     64    64 n      records      see {@link RowFormat}
 *      …    8 ⌈n/64⌉  absent       for each slot in absentSlots, ascending, each section padded to
 *                                  64 bytes: bit r of word b: row 64 b + r has no vector there
 * </pre>
 *
 * <p>{@code seg-<uuid>.ids}:
 *
 * <pre>
 * OFFSET  SIZE        FIELD         MEANING
 *      0     8        filterBlocks  blocks of the Bloom filter, f
 *      8     8        tableSlots    slots of the hash table, t
 *     16     8        idBytes       bytes of the ids
 *     24    40        reserved      0
 *     64    32 f      filter        see {@link BloomFilter}
 *      …     8 t      table         see {@link IdTable}; holds every id's newest row
 *      …     idBytes  ids           encoded ids, back to back in row order
 * </pre>
 *
 * <p>{@code seg-<uuid>.pay}: payloads, back to back in row order; or, as version 2 of that file, in
 * compressed blocks, see {@link PayloadBlockFormat}. {@code seg-<uuid>.vec<slot>}: components as
 * 32-bit floats, rows back to back; zeros for a row that has no such vector.
 *
 * <p>Two kinds of files may be missing, because they follow from the others and only make searches
 * faster: {@code seg-<uuid>.codes<slot>-<file>}, see {@link
 * io.moraine.storage.internal.index.code.CodeFileFormat}, and {@code seg-<uuid>.ivf<slot>-<file>},
 * clusters, see {@code IvfFormat}; {@code <file>} is the first half of the file's own id.
 *
 * <p>{@code seg-<uuid>.died-<generation>}: which rows died up to a checkpoint.
 *
 * <pre>
 * OFFSET  SIZE   FIELD     MEANING
 *      0     8   upTo      the checkpoint's sequence number; no later death is listed
 *      8     8   count     number of deaths d
 *     16    48   reserved  0
 *     64     8 d died      sequence number that ended the row
 *      …     4 d rows      the rows, ascending
 * </pre>
 */
final class SealedSegmentFormat {

    static final long HEAD_BYTES = 64;

    static final long ROW_COUNT_AT = 0;
    static final long ABSENT_SLOTS_AT = 8;
    static final long PAYLOAD_BYTES_AT = 16;
    static final long TOMBSTONES_AT = 24;

    static final long FILTER_BLOCKS_AT = 0;
    static final long TABLE_SLOTS_AT = 8;
    static final long ID_BYTES_AT = 16;

    static final long UP_TO_AT = 0;
    static final long COUNT_AT = 8;

    private SealedSegmentFormat() {}

    static String rowsName(UUID segment) {
        return "seg-" + segment + ".rows";
    }

    static String idsName(UUID segment) {
        return "seg-" + segment + ".ids";
    }

    static String payloadsName(UUID segment) {
        return "seg-" + segment + ".pay";
    }

    static String vectorsName(UUID segment, int slot) {
        return "seg-" + segment + ".vec" + slot;
    }

    static String indexName(UUID segment, FileKind kind, int slot, UUID file) {
        return "seg-%s.%s%d-%016x"
                .formatted(
                        segment,
                        kind == FileKind.CODES ? "codes" : "ivf",
                        slot,
                        file.getMostSignificantBits());
    }

    static String diedName(UUID segment, long generation) {
        return "seg-" + segment + ".died-" + generation;
    }

    static long padded(long bytes) {
        return (bytes + 63) & ~63L;
    }

    /** Bytes of one absent section. */
    static long absentBytes(int rows) {
        return padded((long) RowMask.blocks(rows) * Long.BYTES);
    }

    static long recordsBytes(int rows) {
        return rows * RowFormat.RECORD_BYTES;
    }

    static long tableAt(long filterBlocks) {
        return HEAD_BYTES + padded(filterBlocks * BloomFilter.BLOCK_BYTES);
    }

    static long idsAt(long filterBlocks, long tableSlots) {
        return tableAt(filterBlocks) + padded(tableSlots * Long.BYTES);
    }
}
