package io.moraine.ingest;

import io.moraine.storage.ShardId;
import io.moraine.storage.model.CollectionSchema;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What a collection is, as all nodes agree on it.
 *
 * @param name its name, see {@link #NAME_RULE}
 * @param id tells a re-created collection from its namesake before
 * @param schema the vectors of its points
 * @param source the log that feeds it
 * @param created when it was created
 */
public record CollectionDefinition(
        String name, UUID id, CollectionSchema schema, SourceDefinition source, Instant created) {

    /** What a collection may be called; every such name is a legal name of a Kafka topic. */
    public static final Pattern NAME_RULE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

    public CollectionDefinition {
        if (!NAME_RULE.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "collection name '%s' does not match %s".formatted(name, NAME_RULE));
        }
    }

    /** The shard that materializes a partition of the source. */
    public ShardId shard(int partition) {
        return new ShardId(id, source.topicId(), partition);
    }
}
