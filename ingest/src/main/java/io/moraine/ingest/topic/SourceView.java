package io.moraine.ingest.topic;

import io.moraine.ingest.definition.SourceDefinition;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What Kafka last said about a topic. Immutable.
 *
 * @param identity the topic as it is, null when it was not found or never asked for
 * @param found whether the topic existed when Kafka was last asked; null when never asked
 * @param ends per partition, the end of what is committed; empty when never heard
 * @param contact when the ends were last heard; null when never
 */
public record SourceView(
        @Nullable Identity identity,
        @Nullable Boolean found,
        Ends ends,
        @Nullable Instant contact) {

    static final SourceView UNKNOWN = new SourceView(null, null, new Ends(new long[0]), null);

    /**
     * Which topic it is.
     *
     * @param topicId its id
     * @param clusterId the id of its cluster
     * @param partitions its number of partitions
     */
    record Identity(UUID topicId, String clusterId, int partitions) {}

    /** End offsets by partition. */
    public static final class Ends {

        private final long[] offsets;

        Ends(long[] offsets) {
            this.offsets = offsets;
        }

        /** The end offset of a partition, -1 when unknown. */
        public long of(int partition) {
            return partition < offsets.length ? offsets[partition] : -1;
        }
    }

    /** The topic as it is, or empty when it was not found or never asked for. */
    public Optional<Identity> known() {
        return Optional.ofNullable(identity);
    }

    /** Whether Kafka said that there is no such topic. */
    boolean isGone() {
        return found != null && !found;
    }

    /** What differs from a definition's source, or empty when nothing does. */
    public Optional<String> conflictWith(SourceDefinition source) {
        Identity is = identity;
        if (is == null) {
            return isGone()
                    ? Optional.of("topic '%s' does not exist any more".formatted(source.topic()))
                    : Optional.empty();
        }
        if (!is.clusterId().equals(source.clusterId())) {
            return conflict(source, "another Kafka cluster", source.clusterId(), is.clusterId());
        }
        if (!is.topicId().equals(source.topicId())) {
            return conflict(
                    source,
                    "a topic that was deleted and created again (topic id)",
                    source.topicId(),
                    is.topicId());
        }
        if (is.partitions() != source.partitions()) {
            return conflict(
                    source, "another number of partitions", source.partitions(), is.partitions());
        }
        return Optional.empty();
    }

    private static Optional<String> conflict(
            SourceDefinition source, String what, Object expected, Object actual) {
        return Optional.of(
                ("topic '%s' is not the log of this collection any more: %s, expected=%s actual=%s;"
                                + " records are not applied, answers are stale; rebuild the"
                                + " collection to follow the topic as it is")
                        .formatted(source.topic(), what, expected, actual));
    }
}
