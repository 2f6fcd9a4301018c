package io.moraine.ingest.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How collections follow their topics.
 *
 * @param directory where Kafka Streams keeps its own small state; losing it costs nothing
 * @param catalogueTopic the compacted topic that holds the definitions of all collections
 * @param partitionsDefault partitions of a topic that is created without a wish
 * @param standbyReplicas further nodes that keep a copy of each shard
 * @param watchInterval time between two looks at the topics' end offsets
 * @param lease longest time since Kafka was last heard for an answer to count as fresh
 * @param retryPause pause before what failed is tried again; grows to thirty times as much
 * @param schemaRegistry properties of the client of a registry of schemas; empty for none
 */
public record IngestSettings(
        Path directory,
        String catalogueTopic,
        int partitionsDefault,
        int standbyReplicas,
        Duration watchInterval,
        Duration lease,
        Duration retryPause,
        Map<String, String> schemaRegistry) {

    public IngestSettings {
        schemaRegistry = Map.copyOf(schemaRegistry);
    }

    /** Name of the topic of definitions unless another is chosen. */
    public static final String CATALOGUE_TOPIC = "moraine-collections";

    /** The defaults, for a directory. */
    public static IngestSettings defaults(Path directory) {
        return new IngestSettings(
                directory,
                CATALOGUE_TOPIC,
                2,
                0,
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Map.of());
    }

    /** The same, with a registry of schemas. */
    public IngestSettings withSchemaRegistry(Map<String, String> properties) {
        return new IngestSettings(
                directory,
                catalogueTopic,
                partitionsDefault,
                standbyReplicas,
                watchInterval,
                lease,
                retryPause,
                properties);
    }

    /** Without the registry's properties, which may be secrets. */
    @Override
    public String toString() {
        return "IngestSettings[directory=%s, catalogueTopic=%s, partitionsDefault=%d, standbyReplicas=%d]"
                .formatted(directory, catalogueTopic, partitionsDefault, standbyReplicas);
    }
}
