package io.moraine.storage.internal.manifest;

import io.moraine.storage.internal.file.FileOwner;
import java.util.List;

/**
 * Everything that is live in a shard at one checkpoint. Offsets are next offsets: everything below
 * is meant.
 *
 * @param generation number of this manifest; each publication has a larger one
 * @param owner the shard
 * @param schema the collection's schema, encoded
 * @param checkpoint everything below this offset is in the segments
 * @param leaderEpoch leader epoch of the last record below the checkpoint, -1 when unknown
 * @param segments sealed segments, oldest first
 * @param walFloor the log from this offset on is needed beside the segments
 * @param historyFloor rows that died at or before this offset were left out of some segment, so no
 *     reader below it is shown the segments
 * @param caughtUpAtMs when the shard last had everything its partition held, milliseconds since the
 *     epoch; 0 when never
 * @param publishedAtMs when this manifest was made, milliseconds since the epoch
 * @param softwareVersion who wrote it
 */
public record Manifest(
        long generation,
        FileOwner owner,
        SchemaBytes schema,
        long checkpoint,
        int leaderEpoch,
        List<SegmentEntry> segments,
        long walFloor,
        long historyFloor,
        long caughtUpAtMs,
        long publishedAtMs,
        String softwareVersion) {

    public Manifest {
        segments = List.copyOf(segments);
        if (generation < 1 || checkpoint < 0 || walFloor < 0 || walFloor > checkpoint) {
            throw new IllegalArgumentException(
                    "impossible manifest: generation=%d checkpoint=%d walFloor=%d"
                            .formatted(generation, checkpoint, walFloor));
        }
    }

    /** Rows in all segments, dead ones included. */
    public long rows() {
        return segments.stream().mapToLong(SegmentEntry::rows).sum();
    }
}
