package io.moraine.storage.internal.segment;

import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.model.PointId;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks what must be true of the rows of a sealed segment whose files have the right checksums:
 * what a faulty version could have written wrong. Reads every row.
 */
public final class SegmentCheck {

    private static final int FAULTS_MAX = 10;

    private final SealedSegment segment;
    private final List<String> faults = new ArrayList<>();
    private final IdKey key = new IdKey();

    private SegmentCheck(SealedSegment segment) {
        this.segment = segment;
    }

    /** The first faults found, a sentence each; empty when all is as it must be. */
    public static List<String> faults(SealedSegment segment) {
        SegmentCheck check = new SegmentCheck(segment);
        check.run();
        return check.faults;
    }

    /**
     * Rows of a segment that are alive at a sequence number although a newer segment knows their
     * id; the first few, a sentence each.
     */
    public static List<String> shadowed(
            SealedSegment older, List<SealedSegment> newer, long sequence) {
        List<String> faults = new ArrayList<>();
        IdKey key = new IdKey();
        SegmentView view = SegmentView.of(older, sequence);
        for (int row = 0; row < view.rows() && faults.size() < FAULTS_MAX; row++) {
            if (!view.isVisible(row)) {
                continue;
            }
            key.set(older, row);
            for (SealedSegment segment : newer) {
                int other = SegmentView.of(segment, sequence).newest(key);
                if (other >= 0) {
                    faults.add(
                            "'%s' is alive in row %d, born %d, and was written again at %d"
                                    .formatted(
                                            older.id(row),
                                            row,
                                            older.born(row),
                                            segment.born(other)));
                }
            }
        }
        return faults;
    }

    private void run() {
        long born = 0;
        long idAt = segment.rows() == 0 ? 0 : segment.idPosition(0);
        long payloadAt = 0;
        for (int row = 0; row < segment.rows() && faults.size() < FAULTS_MAX; row++) {
            expect(segment.born(row) >= Math.max(1, born), row, "born %d, before the row before");
            born = segment.born(row);
            int idLength = segment.idLength(row);
            if (idLength < 2
                    || idLength > PointId.ENCODED_BYTES_MAX
                    || segment.idPosition(row) != idAt) {
                faults.add("row %d: its id lies outside".formatted(row));
                return;
            }
            idAt += idLength;
            expect(
                    segment.payloadLength(row) >= 0
                            && (segment.payloadLength(row) == 0
                                    || segment.payloadPosition(row) == payloadAt),
                    row,
                    "born %d: its payload lies outside");
            payloadAt += segment.payloadLength(row);
            checkPayload(row);
            checkId(row);
            long died = segment.died(row);
            boolean lives = segment.isTombstone(row) ? died == born : died > born;
            expect(lives, row, "born %d, died " + died);
        }
        checkVectors();
    }

    private void checkId(int row) {
        key.set(segment, row);
        expect(IdKey.of(segment.id(row)).hash() == key.hash(), row, "born %d: hash of its id");
        int found = segment.newestRow(key);
        while (found > row) {
            int previous = segment.previousRow(found);
            found = previous < found ? previous : -1;
        }
        expect(found == row, row, "born %d: the id table does not lead to it");
    }

    /** Decompresses it, where it is compressed. */
    private void checkPayload(int row) {
        try {
            segment.payload(row);
        } catch (UncheckedIOException | IndexOutOfBoundsException unreadable) {
            faults.add("row %d: its payload, %s".formatted(row, unreadable.getMessage()));
        }
    }

    private void checkVectors() {
        for (int slot = 0; slot < segment.schema().vectors().size(); slot++) {
            RowMask present = segment.present(slot);
            for (int row = 0; row < segment.rows() && faults.size() < FAULTS_MAX; row++) {
                if ((present.word(row >>> 6) >>> row & 1) != 0) {
                    boolean finite = true;
                    for (float component : segment.vector(slot, row)) {
                        finite &= Float.isFinite(component);
                    }
                    expect(finite, row, "born %d: vector " + slot + " is not finite");
                }
            }
        }
    }

    private void expect(boolean holds, int row, String what) {
        if (!holds) {
            faults.add("row %d: %s".formatted(row, what.formatted(segment.born(row))));
        }
    }
}
