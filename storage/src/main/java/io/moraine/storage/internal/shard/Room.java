package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.segment.AppendableSegment;
import java.nio.file.Path;

/**
 * Whether a shard has room for another operation: rows that wait for their seal are limited, and so
 * is the memory of the collection. Safe for use by several threads.
 *
 * @param live the shard's segments
 * @param config its limits
 * @param schedule when the appendable segment is sealed
 * @param memory what the collection may take
 * @param directory the shard's directory, for messages
 */
record Room(
        LiveSegments live,
        ShardConfig config,
        SealSchedule schedule,
        ShardMemory memory,
        Path directory) {

    /** Whether another operation may come. */
    boolean isLeft() {
        return !memory.budget().isSpent() && unsealedBytes() < config.unsealedBytesMax();
    }

    /** Whether the appendable segment should be sealed. */
    boolean isFull() {
        AppendableSegment appendable = live.current().appendable();
        return schedule.isFull(appendable.usedBytes(), appendable.rows());
    }

    /** Whether sealing the appendable segment would make room. */
    boolean isSealWorthwhile() {
        return live.current().appendable().rows() > 0;
    }

    /**
     * What is said to an operation while there is no room.
     *
     * @param problem why sealing does not go on; empty when it does
     */
    UnsealedLimitException refusal(String problem) {
        return memory.budget().isSpent()
                ? memory.refusal(directory)
                : UnsealedLimitException.unsealed(
                        unsealedBytes(), config.unsealedBytesMax(), problem, directory);
    }

    private long unsealedBytes() {
        SegmentSet set = live.current();
        AppendableSegment frozen = set.frozen();
        return set.appendable().usedBytes() + (frozen == null ? 0 : frozen.usedBytes());
    }
}
