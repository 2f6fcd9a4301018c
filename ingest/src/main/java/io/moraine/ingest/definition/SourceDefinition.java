package io.moraine.ingest.definition;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Which log feeds a collection. Fixed when the collection is created: a topic that answers with
 * another id or another number of partitions is not this log any more.
 *
 * @param topic the topic's name
 * @param topicId the topic's id, which a re-created topic does not share
 * @param clusterId the id of the Kafka cluster it lives in
 * @param partitions number of partitions
 * @param options how records are read
 * @param starts by partition, the offset of the first record that is read; partitions that are
 *     absent are read from their beginning
 */
public record SourceDefinition(
        String topic,
        UUID topicId,
        String clusterId,
        int partitions,
        SourceOptions options,
        SortedMap<Integer, Long> starts) {

    public SourceDefinition {
        if (partitions < 1) {
            throw new IllegalArgumentException(
                    "a topic has at least one partition, got " + partitions);
        }
        starts = Collections.unmodifiableSortedMap(new TreeMap<>(starts));
    }

    /** A source that is read from its beginning. */
    public SourceDefinition(
            String topic, UUID topicId, String clusterId, int partitions, SourceOptions options) {
        this(topic, topicId, clusterId, partitions, options, new TreeMap<>());
    }

    /** The same, read from other offsets on. */
    public SourceDefinition startingAt(SortedMap<Integer, Long> offsets) {
        return new SourceDefinition(topic, topicId, clusterId, partitions, options, offsets);
    }

    /** A source that is read in a format, all else as usual. */
    public SourceDefinition(
            String topic, UUID topicId, String clusterId, int partitions, RecordFormat format) {
        this(topic, topicId, clusterId, partitions, SourceOptions.of(format));
    }

    /** How values are written. */
    public RecordFormat format() {
        return options.format();
    }
}
