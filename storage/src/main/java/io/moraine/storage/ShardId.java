package io.moraine.storage;

import java.util.UUID;

/**
 * Which log a shard materializes: one partition of one incarnation of a topic, for one collection.
 *
 * @param collection the collection's own id; a dropped and re-created collection has another one
 * @param topic the topic's id in Kafka; a dropped and re-created topic has another one
 * @param partition the partition's number
 */
public record ShardId(UUID collection, UUID topic, int partition) {

    public ShardId {
        if (partition < 0) {
            throw new IllegalArgumentException("negative partition " + partition);
        }
    }
}
