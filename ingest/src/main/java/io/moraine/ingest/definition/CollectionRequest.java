package io.moraine.ingest.definition;

import io.moraine.storage.CollectionStorage;
import io.moraine.storage.model.CollectionSchema;

/**
 * A wish for a new collection.
 *
 * @param name the name, see {@link CollectionDefinition#NAME_RULE}
 * @param schema the vectors of its points
 * @param topic name of the topic that feeds it
 * @param partitions partitions of the topic: wanted when it is created, expected when it exists; 0
 *     for the default, or for whatever the topic has
 * @param create whether to create the topic when it is absent; otherwise it must exist
 * @param options how records are read and written
 * @param storage what it wants to be kept otherwise than the rest of a node
 */
public record CollectionRequest(
        String name,
        CollectionSchema schema,
        String topic,
        int partitions,
        boolean create,
        SourceOptions options,
        CollectionStorage storage) {

    /** A wish for storage as usual. */
    public CollectionRequest(
            String name,
            CollectionSchema schema,
            String topic,
            int partitions,
            boolean create,
            SourceOptions options) {
        this(name, schema, topic, partitions, create, options, CollectionStorage.NONE);
    }

    /** A wish for records in a format, all else as usual. */
    public CollectionRequest(
            String name,
            CollectionSchema schema,
            String topic,
            int partitions,
            boolean create,
            RecordFormat format) {
        this(name, schema, topic, partitions, create, SourceOptions.of(format));
    }

    /** A collection fed by the topic of its own name, which is created when absent. */
    public static CollectionRequest of(String name, CollectionSchema schema) {
        return new CollectionRequest(name, schema, name, 0, true, RecordFormat.JSON);
    }
}
