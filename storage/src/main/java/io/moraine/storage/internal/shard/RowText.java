package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.segment.SealedSegment;
import io.moraine.storage.internal.segment.Segment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Rows of sealed segments as lines for people. */
public final class RowText {

    private static final int PAYLOAD_BYTES_MAX = 200;

    private RowText() {}

    /** The first rows, oldest segment first. */
    public static List<String> of(PublishedState state, int limit) {
        List<String> lines = new ArrayList<>();
        for (SealedSegment segment : state.segments()) {
            for (int row = 0; row < segment.rows() && lines.size() < limit; row++) {
                lines.add(line(segment, row));
            }
        }
        return lines;
    }

    private static String line(SealedSegment segment, int row) {
        long died = segment.died(row);
        byte[] payload = segment.payload(row);
        boolean whole = payload.length <= PAYLOAD_BYTES_MAX;
        String text =
                new String(
                        payload,
                        0,
                        Math.min(payload.length, PAYLOAD_BYTES_MAX),
                        StandardCharsets.UTF_8);
        StringBuilder vectors = new StringBuilder();
        for (int slot = 0; slot < segment.schema().vectors().size(); slot++) {
            vectors.append(segment.hasVector(slot, row) ? "x" : "-");
        }
        return "segment=%s row=%d id=%s born=%d died=%s version=%s tombstone=%s timestampMs=%d vectors=%s payload=%s%s"
                .formatted(
                        segment.files().uuid().toString().substring(0, 8),
                        row,
                        segment.id(row),
                        segment.born(row),
                        died == Segment.ALIVE ? "-" : Long.toString(died),
                        segment.version(row) == 0
                                ? "-"
                                : "%d/%08x"
                                        .formatted(segment.version(row), segment.versionScope(row)),
                        segment.isTombstone(row),
                        segment.timestampMs(row),
                        vectors,
                        text,
                        whole ? "" : "…");
    }
}
