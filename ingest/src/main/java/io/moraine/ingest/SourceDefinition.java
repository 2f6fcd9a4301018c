package io.moraine.ingest;

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
 */
public record SourceDefinition(
        String topic, UUID topicId, String clusterId, int partitions, SourceOptions options) {

    public SourceDefinition {
        if (partitions < 1) {
            throw new IllegalArgumentException(
                    "a topic has at least one partition, got " + partitions);
        }
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
