package io.moraine.ingest;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far a partition is materialized here, in the terms of Kafka's producers and consumers.
 *
 * @param partition the partition
 * @param appliedOffset offset of the last applied record, -1 for none: a record is searchable when
 *     its {@code RecordMetadata.offset()} is not above this
 * @param durableOffset offset of the last record that is safe on the local disk, -1 for none
 * @param endOffset offset the next committed record will get, as last heard; -1 when never heard
 * @param freshness whether an answer from here is up to date
 * @param lastContact when Kafka last told the end offset; null when never
 * @param flags lasting facts an answer must carry
 * @param detail why the partition is halted, empty when it is not
 * @param newestTimestampMs timestamp of the record applied last since the start of the process; 0
 *     when there is none
 */
public record PartitionPosition(
        int partition,
        long appliedOffset,
        long durableOffset,
        long endOffset,
        Freshness freshness,
        @Nullable Instant lastContact,
        Set<Flag> flags,
        String detail,
        long newestTimestampMs) {

    public PartitionPosition {
        flags = Set.copyOf(flags);
    }

    /** A lasting fact about a partition. */
    public enum Flag {
        /** Records were deleted before they could be read, and nobody has acknowledged it. */
        GAP,
        /** Records are not applied until an operator steps in. */
        HALTED,
        /** The shard is being filled and never held all of its log yet. */
        CATCHING_UP
    }

    /** Whether an answer from a partition is up to date. */
    public enum Freshness {
        /** The shard follows its log, and Kafka was heard within the lease. */
        FRESH,
        /** The shard answers, but whether something newer exists is not known. */
        STALE,
        /** There is no shard of this partition here. */
        MISSING
    }

    /** Records known to be in the log and not applied yet; empty when the end is not known. */
    public OptionalLong lag() {
        return endOffset < 0
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, endOffset - appliedOffset - 1));
    }

    /** Offset the next committed record will get, as last heard. */
    public OptionalLong end() {
        return endOffset < 0 ? OptionalLong.empty() : OptionalLong.of(endOffset);
    }

    /** When Kafka last told the end offset. */
    public Optional<Instant> contact() {
        return Optional.ofNullable(lastContact);
    }
}
