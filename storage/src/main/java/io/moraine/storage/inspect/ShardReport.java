package io.moraine.storage.inspect;

import io.moraine.storage.ShardId;
import io.moraine.storage.model.CollectionSchema;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What lies in a shard's directory, as its own files say; bodies of segments are not checked.
 *
 * @param shard the shard
 * @param directory where it lies
 * @param schema the vectors of its points; empty when no manifest could be read
 * @param clean whether it was closed in order and not opened since
 * @param manifests newest first
 * @param log its log files, oldest first
 * @param quarantined names of files that failed a check and were set aside
 * @param leftovers names that no manifest accounts for
 */
public record ShardReport(
        ShardId shard,
        Path directory,
        Optional<CollectionSchema> schema,
        boolean clean,
        List<ManifestReport> manifests,
        List<LogFileReport> log,
        List<String> quarantined,
        List<String> leftovers) {

    /**
     * A manifest.
     *
     * @param name its file
     * @param fault why it could not be read; empty when it could
     * @param generation its number
     * @param checkpoint everything below this offset is in its segments
     * @param walFloor the log from this offset on is needed with it
     * @param leaderEpoch leader epoch of the last record below the checkpoint
     * @param publishedAtMs when, milliseconds since the epoch
     * @param softwareVersion by which version
     * @param segments oldest first
     */
    public record ManifestReport(
            String name,
            String fault,
            long generation,
            long checkpoint,
            long walFloor,
            int leaderEpoch,
            long publishedAtMs,
            String softwareVersion,
            List<SegmentReport> segments) {}

    /**
     * A sealed segment.
     *
     * @param id its id
     * @param rows number of rows, dead ones included
     * @param deadRows rows that had died by the checkpoint
     * @param minBorn smallest sequence number of a row
     * @param maxBorn largest sequence number of a row
     * @param files its files with their kinds and lengths in bytes
     */
    public record SegmentReport(
            String id,
            long rows,
            long deadRows,
            long minBorn,
            long maxBorn,
            List<FileReport> files) {}

    /**
     * A file of a segment.
     *
     * @param name its name
     * @param kind what it holds
     * @param bytes its length
     * @param detail what else it says of itself, in words; empty when nothing
     */
    public record FileReport(String name, String kind, long bytes, String detail) {}

    /**
     * A log file.
     *
     * @param name its name
     * @param bytes its length, reserved space included
     * @param startOffset next offset of the log when it was begun; -1 when that cannot be read
     * @param nextOffset next offset behind its last good frame
     * @param frames number of good frames
     * @param goodBytes position behind the last good frame
     * @param fault what is wrong behind it; empty when nothing is
     */
    public record LogFileReport(
            String name,
            long bytes,
            long startOffset,
            long nextOffset,
            long frames,
            long goodBytes,
            String fault) {}
}
