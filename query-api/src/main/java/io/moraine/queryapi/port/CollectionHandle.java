package io.moraine.queryapi.port;

import io.moraine.storage.CollectionStorage;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.LogWriteException;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PointChange;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A collection as this node sees it. Stays usable after the collection was dropped: reads then find
 * no shards, writes fail. Safe for use by several threads.
 */
public interface CollectionHandle {

    /** The name. */
    String name();

    /** Tells a re-created collection from its namesake before. */
    UUID id();

    /** The vectors of its points. */
    CollectionSchema schema();

    /** Payload fields that have an index. */
    Set<PayloadField> fields();

    /** What it wants to be kept otherwise than the rest of a node. */
    default CollectionStorage storage() {
        return CollectionStorage.NONE;
    }

    /** The topic that feeds it, with its true number of partitions. */
    SourceSpec source();

    /** Every partition of the topic in order, also those whose shard lives elsewhere. */
    List<PartitionHandle> partitions();

    /** What an operator sees and does. */
    Steering steering();

    /**
     * Whether the topic is known to keep every record. Where it keeps only the newest of each key,
     * a record has to be a whole point: one that changes a part would take the place of the rest.
     */
    boolean keepsEveryRecord();

    /**
     * Produces operations to the topic. Those of one point keep the order of the list, also across
     * calls made one after the other. Returns before Kafka answered.
     *
     * <p>Vectors have the schema's dimensions and finite components; payloads are JSON objects.
     *
     * @return completes when Kafka has acknowledged every record; fails with a {@link
     *     LogWriteException} when one was not, in which case any part of them may be in the log
     */
    CompletableFuture<WriteReceipt> write(List<PointChange> changes);
}
