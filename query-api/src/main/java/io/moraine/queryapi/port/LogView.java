package io.moraine.queryapi.port;

import java.util.OptionalLong;
import java.util.Set;

/**
 * What a node knows of a partition's log.
 *
 * @param endOffset Kafka's end offset as last seen: the offset the next record will get, counting
 *     only committed records; empty when it was never seen
 * @param live whether the node polled this partition within its lease; when not, an answer is
 *     marked stale
 * @param flags lasting facts an answer must carry
 */
public record LogView(OptionalLong endOffset, boolean live, Set<Flag> flags) {

    public LogView {
        flags = Set.copyOf(flags);
    }

    /** A log nothing is known of: Kafka was never reached. */
    public static LogView unknown() {
        return new LogView(OptionalLong.empty(), false, Set.of());
    }

    /** A log polled just now. */
    public static LogView live(long endOffset) {
        return new LogView(OptionalLong.of(endOffset), true, Set.of());
    }

    /** A lasting fact about a partition. */
    public enum Flag {
        /** Records were lost to retention before they could be read. */
        GAP,
        /** Ingestion stopped until an operator steps in: re-created topic, other cluster. */
        HALTED,
        /** The shard is being filled from the log for the first time or again. */
        CATCHING_UP
    }
}
