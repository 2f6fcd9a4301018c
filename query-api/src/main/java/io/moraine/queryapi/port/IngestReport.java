package io.moraine.queryapi.port;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a collection's ingestion is doing on this node. Counters begin with the process.
 *
 * @param state connecting, running, paused, retrying, halted or closed
 * @param detail a sentence about the state when it needs explaining, else empty
 * @param records records read, rejected ones included
 * @param recordsPerSecond records read lately
 * @param misplaced records in another partition than the collection's partitioner chooses
 * @param conflicts records of points that another partition held, too
 * @param reopenedShards how often a shard that failed was opened again
 * @param bufferedBytes bytes of records that were read and are not applied yet
 * @param rejected records passed over, by kind of fault
 * @param deadLetterTopic where copies of bad records go
 * @param partitions the partitions, in order
 * @param recentRejections the last records passed over, newest first
 * @param recentErrors what went wrong lately, newest first
 * @param other the copy that does not serve, or null when there is none
 */
public record IngestReport(
        String state,
        String detail,
        long records,
        double recordsPerSecond,
        long misplaced,
        long conflicts,
        long reopenedShards,
        long bufferedBytes,
        Map<String, Long> rejected,
        String deadLetterTopic,
        List<Partition> partitions,
        List<RejectedRecord> recentRejections,
        List<Problem> recentErrors,
        @Nullable Beside other) {

    /** The copy that does not serve. */
    public Optional<Beside> beside() {
        return Optional.ofNullable(other);
    }

    /**
     * One partition.
     *
     * @param partition its number
     * @param followed whether the log was heard within the lease
     * @param detail why it is halted, else empty
     * @param applied offset of the last applied record, -1 for none
     * @param durable offset of the last record that is safe on the local disk, -1 for none
     * @param end offset the next record will get
     * @param lagMs how old the newest applied record is while there is a lag, else 0
     * @param flags lasting facts
     * @param caughtUpAt when everything in the log was last applied
     * @param gaps records that were deleted before they were read
     */
    public record Partition(
            int partition,
            boolean followed,
            String detail,
            long applied,
            long durable,
            OptionalLong end,
            OptionalLong lagMs,
            Set<LogView.Flag> flags,
            Optional<Instant> caughtUpAt,
            List<Gap> gaps) {

        /** Records known to be in the log and not applied. */
        public OptionalLong lag() {
            return end.isPresent()
                    ? OptionalLong.of(Math.max(0, end.getAsLong() - applied - 1))
                    : OptionalLong.empty();
        }
    }

    /**
     * Records that were deleted before they were read.
     *
     * @param from offset of the first
     * @param to offset of the last
     * @param noticedAt when it was noticed
     * @param acknowledged whether an operator has seen it
     */
    public record Gap(long from, long to, Instant noticedAt, boolean acknowledged) {}

    /**
     * A record that was passed over.
     *
     * @param at when
     * @param partition where it stands
     * @param offset where it stands
     * @param point the point its key names, empty when it names none
     * @param code the kind of fault
     * @param message what is wrong with it
     */
    public record RejectedRecord(
            Instant at, int partition, long offset, String point, String code, String message) {}

    /**
     * Something that went wrong.
     *
     * @param at when
     * @param message what
     */
    public record Problem(Instant at, String message) {}

    /**
     * A copy that does not serve.
     *
     * @param role building or previous
     * @param id its id
     * @param topic the topic it is filled from
     * @param report how far it is
     */
    public record Beside(String role, UUID id, String topic, IngestReport report) {}
}
