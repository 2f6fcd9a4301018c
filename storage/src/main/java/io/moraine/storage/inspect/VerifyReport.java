package io.moraine.storage.inspect;

import io.moraine.storage.ShardId;
import java.util.List;

/**
 * What a check of a whole data directory came to.
 *
 * @param findings everything noticed, faults and notes
 * @param shards what each shard holds, where that could be read
 * @param files number of files read
 * @param bytes their bytes
 */
public record VerifyReport(
        List<Finding> findings, List<ShardContent> shards, long files, long bytes) {

    /**
     * What the sealed segments of a shard hold.
     *
     * @param shard the shard
     * @param checkpoint everything below this offset is in them
     * @param nextOffset next offset behind the last good frame of the log
     * @param points number of points at the checkpoint
     * @param digest stands for all of them; equal for equal content
     */
    public record ShardContent(
            ShardId shard, long checkpoint, long nextOffset, long points, String digest) {}

    public VerifyReport {
        findings = List.copyOf(findings);
        shards = List.copyOf(shards);
    }

    /** Whether nothing is wrong. */
    public boolean isSound() {
        return findings.stream().noneMatch(finding -> finding.severity() == Finding.Severity.FAULT);
    }
}
