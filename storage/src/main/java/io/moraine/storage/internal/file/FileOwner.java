package io.moraine.storage.internal.file;

import java.util.UUID;

/**
 * Whose file it is, written into its header, so that a file that strayed into another shard's
 * directory is noticed.
 *
 * @param collection the collection's id
 * @param topic the topic's id in Kafka
 * @param partition the partition's number
 */
public record FileOwner(UUID collection, UUID topic, int partition) {

    /** Owner of files that belong to the whole data directory. */
    public static final FileOwner STORE = new FileOwner(new UUID(0, 0), new UUID(0, 0), 0);
}
