package io.moraine.queryapi.read;

import io.moraine.queryapi.port.LogView;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Up to where an answer is true, for one partition.
 *
 * @param partition the partition's number
 * @param applied offset of the last applied record, -1 when there is none; a record's own offset,
 *     as a producer gets it, is covered when it is not above this
 * @param end Kafka's end offset as last seen: the offset the next record will get
 * @param state how far the numbers can be trusted
 * @param flags lasting facts
 */
public record PartitionPosition(
        int partition, long applied, OptionalLong end, State state, Set<LogView.Flag> flags) {

    /** How far a partition's position can be trusted. */
    public enum State {
        /** The log was polled within its lease, and the answer holds all that was seen in it. */
        FRESH,
        /** The log was polled within its lease, and holds records that are not in the answer. */
        LAGGING,
        /** The log was not seen lately; there may be more than the numbers say. */
        STALE,
        /** The partition is not on this node; its points are not in the answer. */
        MISSING;

        /**
         * The state of a partition that is on this node.
         *
         * @param live whether the log was polled within its lease
         * @param lag records known to be in the log and not in the answer
         */
        public static State of(boolean live, OptionalLong lag) {
            if (!live) {
                return STALE;
            }
            return lag.orElse(0) == 0 ? FRESH : LAGGING;
        }
    }

    /** Records known to be in the log and not yet applied; empty when the end was never seen. */
    public OptionalLong lag() {
        return lag(applied, end);
    }

    private static OptionalLong lag(long applied, OptionalLong end) {
        return end.isPresent()
                ? OptionalLong.of(Math.max(0, end.getAsLong() - applied - 1))
                : OptionalLong.empty();
    }

    /** The position of a partition whose shard is applied up to a next offset. */
    public static PartitionPosition of(int partition, long appliedNext, LogView log) {
        long applied = appliedNext - 1;
        return new PartitionPosition(
                partition,
                applied,
                log.endOffset(),
                State.of(log.live(), lag(applied, log.endOffset())),
                log.flags());
    }

    /** The position of a partition that is not on this node. */
    public static PartitionPosition missing(int partition, LogView log) {
        return new PartitionPosition(partition, -1, log.endOffset(), State.MISSING, log.flags());
    }
}
