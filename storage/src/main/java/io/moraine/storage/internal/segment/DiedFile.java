package io.moraine.storage.internal.segment;

import static io.moraine.storage.internal.segment.RowFormat.I32;
import static io.moraine.storage.internal.segment.RowFormat.I64;
import static io.moraine.storage.internal.segment.SealedSegmentFormat.COUNT_AT;
import static io.moraine.storage.internal.segment.SealedSegmentFormat.HEAD_BYTES;
import static io.moraine.storage.internal.segment.SealedSegmentFormat.UP_TO_AT;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.FileReceipt;
import io.moraine.storage.internal.file.MappedFile;
import io.moraine.storage.internal.file.SealedFile;
import io.moraine.storage.internal.file.SealedFileWriter;
import io.moraine.storage.internal.index.RowMask;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.UUID;

/** Writes and reads the deaths of a sealed segment, see {@link SealedSegmentFormat}. */
public final class DiedFile {

    private DiedFile() {}

    /** Number of rows of a segment that died at or before a sequence number. */
    public static int deaths(Segment segment, long upTo) {
        RowMask alive = segment.diedColumn().alive(upTo, segment.rows());
        int count = 0;
        for (int block = RowMask.blocks(segment.rows()) - 1; block >= 0; block--) {
            count += Long.bitCount(RowMask.below(segment.rows(), block) & ~alive.word(block));
        }
        return count;
    }

    /**
     * Writes the deaths up to a sequence number that the writer has passed; later ones are left
     * out, because after a crash their operations may not have happened.
     *
     * @param generation of the manifest that will name the file
     * @param fileUuid the file's own id
     */
    public static FileReceipt write(
            SegmentPlace place, SealedSegment segment, long upTo, long generation, UUID fileUuid)
            throws IOException {
        int count = deaths(segment, upTo);
        String name = SealedSegmentFormat.diedName(segment.files().uuid(), generation);
        try (Arena arena = Arena.ofShared();
                SealedFileWriter file =
                        SealedFileWriter.create(
                                place.io(),
                                place.resolve(name),
                                FileKind.DIED,
                                place.owner(),
                                fileUuid)) {
            MemorySegment body = arena.allocate(bodyBytes(count), Long.BYTES);
            fill(body, segment, upTo, count);
            file.write(body);
            return file.finish();
        }
    }

    /**
     * Brings the deaths in a file back; the whole file is checked first. Before the segment is
     * published only.
     *
     * @return number of deaths
     */
    public static int apply(SegmentPlace place, SealedSegment segment, FileReceipt receipt)
            throws IOException {
        SealedFile.verify(
                place.io(), place.resolve(receipt.name()), FileKind.DIED, place.owner(), receipt);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment body =
                    MappedFile.open(
                                    place.io(),
                                    place.directory(),
                                    receipt,
                                    FileKind.DIED,
                                    place.owner(),
                                    arena)
                            .body();
            long count = body.byteSize() < HEAD_BYTES ? -1 : body.get(I64, COUNT_AT);
            if (count < 0 || count > segment.rows() || body.byteSize() != bodyBytes(count)) {
                throw new CorruptFileException(
                        "number of deaths",
                        place.resolve(receipt.name()),
                        HEAD_BYTES + COUNT_AT,
                        "at most " + segment.rows(),
                        count,
                        "written for another segment");
            }
            for (long i = 0; i < count; i++) {
                int row = body.get(I32, rowsAt(count) + i * Integer.BYTES);
                segment.kill(row, body.get(I64, HEAD_BYTES + i * Long.BYTES));
            }
            return (int) count;
        }
    }

    private static void fill(MemorySegment body, Segment segment, long upTo, int count) {
        body.set(I64, UP_TO_AT, upTo);
        body.set(I64, COUNT_AT, count);
        RowMask alive = segment.diedColumn().alive(upTo, segment.rows());
        long i = 0;
        for (int block = 0; block < RowMask.blocks(segment.rows()); block++) {
            for (long dead = RowMask.below(segment.rows(), block) & ~alive.word(block);
                    dead != 0;
                    dead &= dead - 1) {
                int row = (block << 6) + Long.numberOfTrailingZeros(dead);
                body.set(I64, HEAD_BYTES + i * Long.BYTES, segment.died(row));
                body.set(I32, rowsAt(count) + i * Integer.BYTES, row);
                i++;
            }
        }
    }

    private static long rowsAt(long count) {
        return HEAD_BYTES + count * Long.BYTES;
    }

    private static long bodyBytes(long count) {
        return rowsAt(count) + count * Integer.BYTES;
    }
}
