package io.moraine.ingest.partition;

import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.RejectionReason;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a collection's ingestion is doing at one moment.
 *
 * @param state the state
 * @param detail a sentence about the state when it needs explaining, else empty
 * @param records records read since this node started, rejected ones included
 * @param recordsPerSecond records read per second lately
 * @param misplaced records read since this node started from another partition than the
 *     collection's partitioner chooses
 * @param conflicts records read since this node started of points that another partition held, too
 * @param reopenedShards how often a shard that failed was opened again
 * @param bufferedBytes bytes of records that were read and are not applied yet
 * @param rejected records rejected since this node started, by reason; reasons that did not occur
 *     are absent
 * @param recentRejections the last rejected records, newest first
 * @param recentErrors what went wrong lately, newest first
 */
public record IngestStatus(
        State state,
        String detail,
        long records,
        double recordsPerSecond,
        long misplaced,
        long conflicts,
        long reopenedShards,
        long bufferedBytes,
        Map<RejectionReason, Long> rejected,
        List<RejectedRecord> recentRejections,
        List<RecentError> recentErrors) {

    public IngestStatus {
        rejected = Map.copyOf(rejected);
        recentRejections = List.copyOf(recentRejections);
        recentErrors = List.copyOf(recentErrors);
    }

    /** What a collection's ingestion is doing. */
    public enum State {
        /** Kafka or the topic was not reached yet; tried again and again. */
        CONNECTING,
        /** Joining, restoring or reading. */
        RUNNING,
        /** Stopped by an operator. */
        PAUSED,
        /** Failed and about to be tried again. */
        RETRYING,
        /** The topic is not the one the collection was created from; waits for an operator. */
        HALTED,
        /** Over. */
        CLOSED
    }

    /**
     * A record that was passed over.
     *
     * @param at when
     * @param partition where it stands
     * @param offset where it stands
     * @param point the point its key names, empty when it names none
     * @param rejection what is wrong with it
     */
    public record RejectedRecord(
            Instant at, int partition, long offset, String point, Rejection rejection) {}

    /**
     * Something that went wrong.
     *
     * @param at when
     * @param message what
     */
    public record RecentError(Instant at, String message) {}
}
